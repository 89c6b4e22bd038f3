-- Asks sessgate about each request, for HAProxy 2.6 and later. haproxy.cfg beside this file shows how it is used.
--
-- Only an answer of 200 lets a request through. 401, 403 and redirects go to the client as they are. Anything else, no
-- answer within the time included, is 503 with Retry-After: nobody knows, which is neither a yes nor a no.

local timeout_ms = 1000

-- What sessgate reads. The X-Forwarded-* fields come from the rules that stand before this one.
local asked_with = {
    "authorization", "origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "accept",
    "access-control-request-method", "x-request-id",
    "x-forwarded-method", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri",
}

-- What a client is told of a denial.
local told = { "set-cookie", "location", "www-authenticate", "x-session-reason", "cache-control" }

-- Values of a field, in their order; HAProxy counts them from 0, and so does its client.
local function values_of(fields, name)
    local values = {}
    local found = fields[name]
    if found then
        for i = 0, #found do values[#values + 1] = found[i] end
    end
    return values
end

-- X-Session-User, and the names that some backends take for the same: X-Session_User, X.Session.User.
local function is_identity(name)
    return name:lower():match("^x[-_.]session[-_.]") ~= nil
end

local function strip(txn)
    local fields = txn.http:req_get_headers()
    for name in pairs(fields) do
        if is_identity(name) then txn.http:req_del_header(name) end
    end
    -- `Connection: X-Session-User` would have a proxy behind this one drop what sessgate says.
    local connection = table.concat(values_of(fields, "connection"), ","):lower()
    if connection:find("x[-_.]session[-_.]") then txn.http:req_del_header("connection") end
end

local function question_of(txn)
    local fields = txn.http:req_get_headers()
    local question = {}
    for _, name in ipairs(asked_with) do
        local values = values_of(fields, name)
        if #values > 0 then question[name] = values end
    end
    -- Several Cookie lines are one cookie string, whose parts stand between semicolons (RFC 9113, 8.2.3).
    local cookies = values_of(fields, "cookie")
    if #cookies > 0 then question["cookie"] = { table.concat(cookies, "; ") } end
    return question
end

local function let_through(txn, answer)
    for name in pairs(answer.headers) do
        if is_identity(name) then txn.http:req_set_header(name, values_of(answer.headers, name)[1] or "") end
    end
    local cookie = values_of(answer.headers, "set-cookie")[1]
    if cookie then txn:set_var("txn.sessgate_cookie", cookie) end
end

local function answer_client(txn, answer)
    local reply = txn:reply()
    reply:set_status(answer.status)
    for _, name in ipairs(told) do
        for _, value in ipairs(values_of(answer.headers, name)) do reply:add_header(name, value) end
    end
    txn:done(reply)
end

local function tell_unavailable(txn)
    local reply = txn:reply()
    reply:set_status(503)
    reply:add_header("retry-after", "1")
    reply:add_header("cache-control", "no-store")
    txn:done(reply)
end

local function ask(txn, url)
    local client = core.httpclient()
    local called, answer = pcall(client.get, client, { url = url, headers = question_of(txn), timeout = timeout_ms })
    local status = called and answer and answer.status or 0
    if status == 200 then
        let_through(txn, answer)
    elseif status == 401 or status == 403 or status == 302 or status == 303 then
        answer_client(txn, answer)
    else
        tell_unavailable(txn)
    end
end

core.register_action("sessgate_strip", { "http-req" }, strip)
core.register_action("sessgate", { "http-req" }, ask, 1)
