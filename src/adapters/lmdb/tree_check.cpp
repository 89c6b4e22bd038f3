#include "adapters/lmdb/tree_check.hpp"

namespace sessgate::adapters::lmdb {
namespace {

constexpr unsigned depth_max = 32;

void require_sound(bool is_sound, const char* what) {
    if (!is_sound) throw Damage{what};
}

bool is_before(const std::string_view a, std::string_view b, bool are_numbers) {
    if (!are_numbers) return a < b;
    return read_at<std::uint64_t>(a, 0) < read_at<std::uint64_t>(b, 0);
}

/// Of a node that takes `size` bytes: they begin at even places.
std::size_t room_of(std::size_t size) {
    return size + (size & 1);
}

std::string_view part_of(std::string_view page, std::size_t at, std::size_t size) {
    require_sound(at <= page.size() && size <= page.size() - at, "a node leaves its page");
    return page.substr(at, size);
}

}  // namespace

TreeCheck::TreeCheck(const PageFile& file, const Meta& meta) : file_(file), meta_(meta), claimed_(meta.last_page + 1) {
    claimed_[0] = claimed_[1] = true;
}

void TreeCheck::check_free(const Tree& tree) {
    check_tree(tree, true, [&](const Entry& entry) {
        require_sound(read_at<std::uint64_t>(entry.key, 0) <= meta_.transaction, "the list of free pages is wrong");
        claim_free(value_of(entry));
    });
}

void TreeCheck::check_main(const Tree& tree) {
    std::vector<Tree> tables;
    check_tree(tree, false, [&](const Entry& entry) {
        require_sound(entry.kind == tree_node, "a table is wrong");
        tables.push_back(read_at<Tree>(entry.value, 0));
    });
    for (const Tree& table : tables) check_table(table);
}

void TreeCheck::check_table(const Tree& tree) {
    require_sound(tree.flags == 0, "a table is wrong");
    check_tree(tree, false,
               [](const Entry& entry) { require_sound(entry.kind != tree_node, "a table is within another one"); });
}

void TreeCheck::check_tree(const Tree& tree, bool has_numbers_as_keys, const Take& take) {
    Walk walk{.has_numbers_as_keys = has_numbers_as_keys, .take = take};
    require_sound((tree.root == Tree::no_root) == (tree.depth == 0) && tree.depth <= depth_max, "a root is wrong");
    if (tree.depth > 0) visit(walk, tree.root, tree.depth);
    const Tree& found = walk.found;
    require_sound(found.branch_pages == tree.branch_pages && found.leaf_pages == tree.leaf_pages &&
                      found.overflow_pages == tree.overflow_pages && found.entries == tree.entries,
                  "a table has more or less in it than it should");
}

/// `level`: 1 for a leaf.
void TreeCheck::visit(Walk& walk, std::uint64_t number, unsigned level) {
    claim(number);
    const std::string page = file_.read_pages(number);
    const auto head = read_at<PageHead>(page, 0);
    const bool is_branch = level > 1;
    require_sound(head.number == number && head.kind == (is_branch ? branch_page : leaf_page), "a page is another one");
    require_sound(head.lower % 2 == 0 && head.lower <= head.upper && head.upper <= page.size(), "a page is torn");
    (is_branch ? walk.found.branch_pages : walk.found.leaf_pages) += 1;

    std::size_t room = 0;
    const std::size_t first = sizeof(PageHead);
    require_sound(head.lower > first + (is_branch ? 2 : 0), "a page is empty");
    for (std::size_t at = first; at < head.lower; at += 2) {
        const auto node = read_at<std::uint16_t>(page, at);
        require_sound(node >= head.upper, "a node leaves its page");
        room += is_branch ? visit_child(walk, page, node, at == first, level) : visit_entry(walk, page, node);
    }
    require_sound(room == page.size() - head.upper, "nodes overlap");
}

/// The room that the node takes. The first child has no key: it is what the branch above said.
std::size_t TreeCheck::visit_child(Walk& walk, std::string_view page, std::size_t at, bool is_first, unsigned level) {
    const auto head = read_at<NodeHead>(page, at);
    const std::string_view key = part_of(page, at + sizeof head, head.key_size);
    if (!is_first) {
        require_sound(is_before(walk.last_key, key, walk.has_numbers_as_keys), "keys are out of order");
        walk.least_key = key;
    }
    const auto child = std::uint64_t{head.low} | std::uint64_t{head.high} << 16 | std::uint64_t{head.kind} << 32;
    visit(walk, child, level - 1);
    return room_of(sizeof head + head.key_size);
}

std::size_t TreeCheck::visit_entry(Walk& walk, std::string_view page, std::size_t at) {
    const auto head = read_at<NodeHead>(page, at);
    const std::size_t size = std::size_t{head.low} | std::size_t{head.high} << 16;
    require_sound(head.kind <= tree_node, "a value is of no kind");
    const std::size_t stored = head.kind == overflow_node ? sizeof(std::uint64_t) : size;
    const std::string_view key = part_of(page, at + sizeof head, head.key_size);
    const Entry entry{key, part_of(page, at + sizeof head + key.size(), stored), size, head.kind};

    const bool follows = walk.last_key.empty() || is_before(walk.last_key, key, walk.has_numbers_as_keys);
    const bool is_under_its_branch =
        walk.least_key.empty() || !is_before(key, walk.least_key, walk.has_numbers_as_keys);
    require_sound(!key.empty() && follows && is_under_its_branch, "keys are out of order");
    walk.last_key = key;
    walk.found.entries += 1;
    if (entry.kind == overflow_node) check_overflow(walk, entry);
    walk.take(entry);
    return room_of(sizeof head + key.size() + stored);
}

void TreeCheck::check_overflow(Walk& walk, const Entry& entry) {
    const auto number = read_at<std::uint64_t>(entry.value, 0);
    const std::size_t pages = (sizeof(PageHead) + entry.size + file_.page_size() - 1) / file_.page_size();
    for (std::size_t i = 0; i < pages; ++i) claim(number + i);
    const auto head = read_at<PageHead>(file_.read(number * file_.page_size(), sizeof(PageHead)), 0);
    const std::size_t count = std::size_t{head.lower} | std::size_t{head.upper} << 16;
    require_sound(head.number == number && head.kind == overflow_page && count == pages, "a page is another one");
    walk.found.overflow_pages += pages;
}

std::string TreeCheck::value_of(const Entry& entry) const {
    if (entry.kind != overflow_node) return std::string(entry.value);
    const auto number = read_at<std::uint64_t>(entry.value, 0);
    return file_.read(number * file_.page_size() + sizeof(PageHead), entry.size);
}

/// Each page has one place.
void TreeCheck::claim(std::uint64_t number) {
    require_sound(number < claimed_.size(), "a page is beyond the end");
    require_sound(!claimed_[number], "a page has two places");
    claimed_[number] = true;
}

/// How many, then which, the highest first.
void TreeCheck::claim_free(std::string_view numbers) {
    constexpr std::size_t width = sizeof(std::uint64_t);
    const auto count = read_at<std::uint64_t>(numbers, 0);
    require_sound(count < numbers.size() / width, "the list of free pages is wrong");
    std::uint64_t last = Tree::no_root;
    for (std::size_t i = 1; i <= count; ++i) {
        const auto number = read_at<std::uint64_t>(numbers, i * width);
        require_sound(number < last, "the list of free pages is wrong");
        claim(number);
        last = number;
    }
}

}  // namespace sessgate::adapters::lmdb
