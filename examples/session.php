<?php

// The session behind the browser's request, or null; Set-Cookie lines go to the answer. Throws when sessgate cannot
// tell: answer 503 then, not "signed out".
function get_session(string $sessgate = 'http://127.0.0.1:8080'): ?array
{
    $headers = ['X-Forwarded-Method: ' . $_SERVER['REQUEST_METHOD']];
    foreach (['Cookie', 'Origin', 'Sec-Fetch-Site', 'Sec-Fetch-Mode', 'X-Request-Id'] as $name) {
        $value = $_SERVER['HTTP_' . strtoupper(strtr($name, '-', '_'))] ?? null;
        if ($value !== null) $headers[] = "$name: $value";
    }
    $call = stream_context_create(['http' => ['header' => $headers, 'timeout' => 1]]);
    $body = @file_get_contents("$sessgate/session", false, $call);
    if ($body === false) throw new RuntimeException('sessgate cannot tell'); // 503: unavailable; or no answer
    $answer = json_decode($body, true, 64, JSON_THROW_ON_ERROR);
    foreach ($answer['setCookie'] as $line) header("Set-Cookie: $line", false);
    return $answer['session'];
}
