#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sessgate::http {

/// A body as an object, or what is wrong with it.
struct JsonBody {
    nlohmann::json object;
    std::string mistake;  ///< a sentence for the problem document; empty: `object` is good
};

/// Reads a whole body strictly: one JSON object (RFC 8259), valid UTF-8, no NUL bytes, no name twice at any depth, at
/// most 32 deep, nothing after it.
JsonBody parse_json_body(std::string_view text);

/// True for `application/json`, with or without parameters of which only `charset=utf-8` may be.
bool is_json_content_type(std::string_view content_type) noexcept;

/// The same for a JSON Merge Patch: `application/merge-patch+json` (RFC 7396, 4), or plain JSON.
bool is_merge_patch_content_type(std::string_view content_type) noexcept;

}  // namespace sessgate::http
