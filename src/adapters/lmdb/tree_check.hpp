#pragma once

#include <functional>
#include <vector>

#include "adapters/lmdb/pages.hpp"

namespace sessgate::adapters::lmdb {

/// Walks trees of a file page by page and throws Damage where LMDB, which believes what it reads, would go astray: a
/// page that is another one, belongs to two trees, or is free and in use, as one from before would be; nodes that leave
/// their page; keys out of order; numbers that do not add up. What the values say is not looked at.
class TreeCheck {
public:
    TreeCheck(const PageFile& file, const Meta& meta);

    /// LMDB's own list of free pages.
    void check_free(const Tree& tree);
    /// The table of tables, and each of them.
    void check_main(const Tree& tree);

private:
    struct Entry {
        std::string_view key;
        std::string_view value;  ///< as it stands in its node
        std::size_t size;
        std::uint16_t kind;
    };
    using Take = std::function<void(const Entry&)>;
    struct Walk {
        bool has_numbers_as_keys;
        const Take& take;
        Tree found{};  ///< the counts alone
        std::string last_key{};
        std::string least_key{};  ///< what the branches above say of the next key
    };

    void check_table(const Tree& tree);
    void check_tree(const Tree& tree, bool has_numbers_as_keys, const Take& take);
    void visit(Walk& walk, std::uint64_t number, unsigned level);
    std::size_t visit_child(Walk& walk, std::string_view page, std::size_t at, bool is_first, unsigned level);
    std::size_t visit_entry(Walk& walk, std::string_view page, std::size_t at);
    void check_overflow(Walk& walk, const Entry& entry);
    std::string value_of(const Entry& entry) const;
    void claim(std::uint64_t number);
    void claim_free(std::string_view numbers);

    const PageFile& file_;
    const Meta& meta_;
    std::vector<bool> claimed_;
};

}  // namespace sessgate::adapters::lmdb
