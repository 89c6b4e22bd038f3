#include "sessgate/service/session_flights.hpp"

namespace sessgate::service {

SessionFlights::Boarded SessionFlights::board(const core::SessionId& id, std::uint64_t after) {
    Stripe& stripe = stripe_of(id);
    const std::lock_guard lock(stripe.mutex);
    const std::uint64_t changes = changes_.of(id.bucket());
    auto& place = stripe.flights[id];
    if (place && place->number > after && place->changes == changes) return {place, false};
    const std::uint64_t number = last_number_.fetch_add(1, std::memory_order_acq_rel) + 1;
    place = std::make_shared<SessionFlight>(number, changes);
    return {place, true};
}

void SessionFlights::land(const core::SessionId& id, const std::shared_ptr<SessionFlight>& flight,
                          SessionFlight::Result result) {
    {
        Stripe& stripe = stripe_of(id);
        const std::lock_guard lock(stripe.mutex);
        const auto place = stripe.flights.find(id);
        if (place != stripe.flights.end() && place->second == flight) stripe.flights.erase(place);
    }
    flight->land(std::move(result));
}

void SessionFlights::close(const core::SessionId& id) {
    Stripe& stripe = stripe_of(id);
    const std::lock_guard lock(stripe.mutex);
    stripe.flights.erase(id);
}

}  // namespace sessgate::service
