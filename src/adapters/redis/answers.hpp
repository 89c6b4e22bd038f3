#pragma once

#include <span>

#include "adapters/redis/pipeline.hpp"
#include "sessgate/core/result.hpp"

namespace sessgate::adapters::redis {

// What answers mean, apart from what they hold.

/// For a call that only reads: nothing can have been done.
core::Errc error_of_read(Failure failure) noexcept;

/// For a call that writes: what was sent may have been done.
core::Errc error_of_write(Failure failure) noexcept;

/// For an error that the server answered with: it did nothing.
core::Errc error_of(const Reply& error) noexcept;

/// The first error among `replies`; null: there is none.
const Reply* first_error(std::span<const Reply> replies) noexcept;

/// Takes out every second one, from the first: to a request `with_asking`.
void drop_answers_to_asking(std::vector<Reply>& replies);

/// A value that is read twice in one pipeline: nil only when both are, and nullptr when there is no sense in it.
const Reply* value_of(const Reply& first, const Reply& second) noexcept;

}  // namespace sessgate::adapters::redis
