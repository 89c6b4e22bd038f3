-- nginx's part in the measurement: the cookie's session from Redis, its secret compared, and the session answered.
-- Reads only; renewal is left out, in favour of this side.

local ffi = require "ffi"
local redis = require "nginx.redis"

if not pcall(function() return ffi.C.SHA256 end) then
    ffi.cdef "unsigned char *SHA256(const unsigned char *data, size_t size, unsigned char *digest);"
end
local digest = ffi.new("unsigned char[32]")

local cookie, port = os.getenv("COOKIE"), tonumber(os.getenv("REDIS_PORT"))

local function from_base64url(text)
    return ngx.decode_base64((text:gsub("-", "+"):gsub("_", "/")) .. "=")
end

local function answer(status, body)
    ngx.status = status
    ngx.header["Cache-Control"] = "no-store"
    ngx.header["Content-Length"] = #body
    ngx.print(body)
end

local id, secret = ngx.var["cookie_" .. cookie]:match("^([a-z2-7]+)%.([%w_-]+)$")
local client = redis:new()
local connected = client:connect("127.0.0.1", port)
if not connected then return answer(503, "") end
local record = client:get("sessgate:s:{" .. id:sub(1, 3) .. "}:" .. id)
client:set_keepalive(10000, 128)
if type(record) ~= "string" then return answer(200, '{"session":null}') end

local hash, bytes = record:match('"hash":"([^"]+)"'), from_base64url(secret)
ffi.C.SHA256(bytes, #bytes, digest)
if ffi.string(digest, 32) ~= from_base64url(hash) then return answer(200, '{"session":null}') end
local active = ngx.now() * 1000 <= tonumber(record:match('"active_until":(%d+)'))
answer(200, '{"session":{"sessionId":"' .. id .. '","userId":"' .. record:match('"user":"([^"]+)"') ..
    '","state":"' .. (active and "active" or "idle") .. '"},"setCookie":[]}')
