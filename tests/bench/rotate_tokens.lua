-- wrk's part of the measurement: GET /session with another token each time, from the file that TOKENS names.
-- The requests are written out before the load starts, so that wrk only sends them.

local requests, last = {}, 0

function init()
    for token in io.lines(os.getenv("TOKENS")) do
        requests[#requests + 1] = wrk.format("GET", "/session", { Cookie = os.getenv("COOKIE") .. "=" .. token })
    end
end

function request()
    last = last % #requests + 1
    return requests[last]
end

function done(summary)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("\nRESULT %d requests %d failed\n", summary.requests, failed))
end
