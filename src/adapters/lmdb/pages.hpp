#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

namespace sessgate::adapters::lmdb {

// The file of LMDB 0.9 as far as it is checked, which lmdb.h does not show. Numbers are in the machine's order.

enum PageKind : std::uint16_t { branch_page = 1, leaf_page = 2, overflow_page = 4, meta_page = 8 };

struct PageHead {
    std::uint64_t number;
    std::uint16_t pad;
    std::uint16_t kind;
    std::uint16_t lower;  ///< where the offsets of the nodes end; of an overflow: with `upper`, how many pages it takes
    std::uint16_t upper;  ///< where the nodes begin
};

struct Tree {
    static constexpr std::uint64_t no_root = ~std::uint64_t{0};

    std::uint32_t pad;
    std::uint16_t flags;
    std::uint16_t depth;
    std::uint64_t branch_pages;
    std::uint64_t leaf_pages;
    std::uint64_t overflow_pages;
    std::uint64_t entries;
    std::uint64_t root;
};

/// Pages 0 and 1 hold one each, behind the page's head; the one of the later transaction counts.
struct Meta {
    static constexpr std::uint32_t magic_number = 0xBEEFC0DE;
    static constexpr std::uint32_t version_number = 1;
    static constexpr std::uint16_t free_flags = 8;  ///< its keys are numbers

    std::uint32_t magic;
    std::uint32_t version;
    std::uint64_t address;
    std::uint64_t map_size;
    Tree free;  ///< transaction -> pages that it freed; `pad` is the size of a page
    Tree main;  ///< name of a table -> its tree
    std::uint64_t last_page;
    std::uint64_t transaction;
};

enum NodeKind : std::uint16_t { plain_node = 0, overflow_node = 1, tree_node = 2 };

/// In a leaf: size of the value, what it is, size of the key. In a branch the first three are the child's number.
struct NodeHead {
    std::uint16_t low;
    std::uint16_t high;
    std::uint16_t kind;
    std::uint16_t key_size;
};

static_assert(sizeof(PageHead) == 16 && sizeof(Tree) == 48 && sizeof(Meta) == 136 && sizeof(NodeHead) == 8);

/// Why a file cannot be used, as the end of a sentence. Thrown and caught within this folder.
struct Damage {
    std::string what;
};

/// Throws Damage where `bytes` end before that.
template <typename T>
T read_at(std::string_view bytes, std::size_t at) {
    if (at > bytes.size() || bytes.size() - at < sizeof(T)) throw Damage{"a length is wrong"};
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

/// The file, read without mapping it: a page that the disk does not give is an error then and no signal.
class PageFile {
public:
    explicit PageFile(const std::filesystem::path& path) noexcept;
    PageFile(const PageFile&) = delete;
    PageFile& operator=(const PageFile&) = delete;
    ~PageFile();

    /// 0 for a file that is not there.
    std::uint64_t size() const noexcept;

    std::uint64_t page_size() const noexcept { return page_size_; }
    void set_page_size(std::uint64_t size) noexcept { page_size_ = size; }

    /// Throws Damage when there is less.
    std::string read(std::uint64_t at, std::size_t size) const;
    std::string read_pages(std::uint64_t number, std::size_t count = 1) const;

private:
    int file_;
    std::uint64_t page_size_ = 0;
};

}  // namespace sessgate::adapters::lmdb
