-- wrk's part of the measurements: a GET with another token each time, from the file that TOKENS names. REQUEST_PATH
-- (/session when not given) and FIELDS ("Name: value" lines; an X-Request-Id that says `random` gets one of its own in
-- each request) say what else is sent. Requests are written out before the load starts, so that wrk only sends them.

local requests, last = {}, 0
local path = os.getenv("REQUEST_PATH") or "/session"
local scopes_for_each_token = 1

local function random_scope()
    local digits = {}
    for i = 1, 32 do digits[i] = string.format("%x", math.random(0, 15)) end
    return table.concat(digits)
end

local function fields_with(token)
    local fields = { Cookie = os.getenv("COOKIE") .. "=" .. token }
    for name, value in (os.getenv("FIELDS") or ""):gmatch("([^\n:]+): ([^\n]*)") do
        fields[name] = value == "random" and random_scope() or value
    end
    return fields
end

function init()
    if (os.getenv("FIELDS") or ""):find("random", 1, true) then scopes_for_each_token = 64 end
    -- Never the same token twice in a row: what is read once would be read by several at the start.
    for _ = 1, scopes_for_each_token do
        for token in io.lines(os.getenv("TOKENS")) do
            requests[#requests + 1] = wrk.format("GET", path, fields_with(token))
        end
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
