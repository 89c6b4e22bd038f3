#include "http/proxy/fields.hpp"

#include "http/characters.hpp"
#include "http/each_field.hpp"

namespace sessgate::http::proxy {
namespace {

/// `name` in small letters, with what backends fold into `-` folded: as far as it has to be like `x-session-`.
bool looks_like_identity(std::string_view name) noexcept {
    constexpr std::string_view prefix = "x-session-";
    if (name.size() < prefix.size()) return false;
    for (std::size_t i = 0; i < prefix.size(); ++i) {
        const bool is_dash = name[i] == '-' || name[i] == '_' || name[i] == '.';
        const char folded = is_dash ? '-' : static_cast<char>(name[i] | 0x20);
        if (folded != prefix[i]) return false;
    }
    return true;
}

/// True for `X-Session_User`, false for `X-Session-User`, which a shipped configuration replaces.
bool imitates_identity(std::string_view name) noexcept {
    return name.find_first_of("_.") != std::string_view::npos && looks_like_identity(name);
}

bool names_html(std::string_view accept) noexcept {
    return accept.find("text/html") != std::string_view::npos;
}

class Reader {
public:
    void take(std::string_view name, std::string_view value) noexcept {
        if (imitates_identity(name)) fields_.is_malformed = true;
        switch (name.size()) {
            case 4:
                if (is_same_token(name, "host")) fields_.host = value;  // HeadCheck lets one through
                return;
            case 6:
                if (is_same_token(name, "accept") && names_html(value)) fields_.accepts_html = true;
                return;
            case 14:
                if (is_same_token(name, "x-original-url")) keep_unless_repeated(fields_.original_url, value);
                return;
            case 15:
                if (is_same_token(name, "x-forwarded-uri")) keep_unless_repeated(fields_.forwarded_uri, value);
                return;
            case 17:
                if (is_same_token(name, "x-original-method")) keep_single(fields_.original_method, value);
                return;
            case 29:
                if (is_same_token(name, "access-control-request-method")) fields_.preflight_method = value;
                return;
            default:
                return;
        }
    }

    const Fields& fields() const noexcept { return fields_; }

private:
    /// Whichever of two methods we took, the backend might have taken the other.
    void keep_single(std::string_view& kept, std::string_view value) noexcept {
        if (kept.data() != nullptr) fields_.is_malformed = true;
        kept = value;
    }

    static void keep_unless_repeated(std::string_view& kept, std::string_view value) noexcept {
        kept = kept.data() == nullptr ? value : value.substr(0, 0);
    }

    Fields fields_;
};

}  // namespace

Fields read_fields(std::string_view head) noexcept {
    Reader reader;
    each_field(head, [&](std::string_view name, std::string_view value) { reader.take(name, value); });
    return reader.fields();
}

}  // namespace sessgate::http::proxy
