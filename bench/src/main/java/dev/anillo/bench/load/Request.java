package dev.anillo.bench.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What is asked, the same each time.
///
/// @param target an absolute http URI
/// @param fields lines `Name: value`, besides Host and Content-Length
/// @param body null without one
public record Request(String method, URI target, List<String> fields, byte[] body) {
    private static final int HTTP_PORT = 80;

    public Request {
        if (!"http".equals(target.getScheme()) || target.getHost() == null) {
            throw new IllegalArgumentException(target + " is no URL to load: http://HOST[:PORT]/PATH is (no TLS yet)");
        }
        if (!method.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new IllegalArgumentException("method '" + method + "' is no token (RFC 9110 §9.1)");
        }
        for (var field : fields) {
            if (!field.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*")) {
                throw new IllegalArgumentException("header '" + field + "': 'Name: value' is wanted (RFC 9112 §5)");
            }
        }
    }

    /// Without the brackets of an IPv6 address.
    String host() {
        return target.getHost().replaceAll("[\\[\\]]", "");
    }

    int port() {
        return target.getPort() < 0 ? HTTP_PORT : target.getPort();
    }

    /// As it is sent.
    byte[] bytes() {
        var head = new StringBuilder(method).append(' ').append(path()).append(" HTTP/1.1\r\n");
        if (!has("Host")) head.append("Host: ").append(authority()).append("\r\n");
        if (body != null) head.append("Content-Length: ").append(body.length).append("\r\n");
        for (var field : fields) head.append(field).append("\r\n");
        var bytes = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        if (body == null) return bytes;
        var all = new byte[bytes.length + body.length];
        System.arraycopy(bytes, 0, all, 0, bytes.length);
        System.arraycopy(body, 0, all, bytes.length, body.length);
        return all;
    }

    private String path() {
        var path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        return target.getRawQuery() == null ? path : path + "?" + target.getRawQuery();
    }

    private String authority() {
        return target.getPort() < 0 ? target.getHost() : target.getHost() + ":" + target.getPort();
    }

    private boolean has(String name) {
        return fields.stream().anyMatch(field -> field.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    }

    /// No body comes with its responses, whatever their heads say (RFC 9110 §9.3.2).
    boolean isHead() {
        return method.equals("HEAD");
    }
}
