package dev.anillo.http.app;

import dev.anillo.http.HttpResponse;
import dev.anillo.http.wire.FieldRules;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// A cookie to be set (RFC 6265 §4.1, and its successor draft-ietf-httpbis-rfc6265bis for SameSite and prefixes):
///
///     SetCookie.of("__Host-session", token).path("/").secure().httpOnly().sameSite(SameSite.LAX).addTo(response);
///
/// What a browser would throw away is refused: names and values with other characters than the grammar has, and
/// attributes that contradict each other or the name's prefix.
public final class SetCookie {
    /// Whether the cookie comes with requests that other sites cause (6265bis §5.6.7).
    public enum SameSite {
        STRICT("Strict"), LAX("Lax"),
        /// With all requests; needs [#secure].
        NONE("None");

        private final String text;

        SameSite(String text) {
            this.text = text;
        }
    }

    /// Bytes of name and value together: browsers ignore a cookie that is longer (6265bis §5.6).
    public static final int NAME_AND_VALUE_BYTES_MAX = 4096;

    /// Bytes of an attribute's value: browsers ignore an attribute that is longer (6265bis §5.6).
    public static final int ATTRIBUTE_BYTES_MAX = 1024;

    private final String name;
    private final String value;
    private String path;
    private String domain;
    private Duration maxAge;
    private Instant expires;
    private boolean secure;
    private boolean httpOnly;
    private boolean partitioned;
    private SameSite sameSite;

    private SetCookie(String name, String value) {
        this.name = name;
        this.value = value;
    }

    /// @param name a token
    /// @param value visible ASCII without `"`, `,`, `;` and `\`, perhaps within quotes, which belong to it (RFC 6265
    ///     §4.1.1). Any text becomes such a value by [Percent#encode]
    /// @throws IllegalArgumentException otherwise, or when longer than [#NAME_AND_VALUE_BYTES_MAX]
    public static SetCookie of(String name, String value) {
        if (!Cursor.isToken(name)) throw new IllegalArgumentException("cookie name is not a token (RFC 6265 §4.1.1)");
        if (!isValue(value)) {
            throw new IllegalArgumentException("value of cookie " + name
                    + " has a character that no cookie may have (RFC 6265 §4.1.1)");
        }
        if (name.length() + value.length() > NAME_AND_VALUE_BYTES_MAX) {
            throw new IllegalArgumentException("cookie " + name + " is longer than " + NAME_AND_VALUE_BYTES_MAX
                    + " bytes");
        }
        return new SetCookie(name, value);
    }

    /// Takes a cookie back. Path and domain are to be what they were when it was set.
    public static SetCookie removal(String name) {
        return of(name, "").maxAge(Duration.ZERO).expires(Instant.EPOCH);
    }

    private static boolean isValue(String value) {
        var quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        var octets = quoted ? value.substring(1, value.length() - 1) : value;
        return octets.chars().allMatch(c -> c > ' ' && c < 0x7F && "\",;\\".indexOf(c) < 0);
    }

    /// The paths it is sent with, all below it. Without: the directory of the request that it answers.
    ///
    /// @throws IllegalArgumentException when it doesn't begin with `/` or holds control characters, `;` or non-ASCII
    public SetCookie path(String path) {
        var good = path.startsWith("/") && path.length() <= ATTRIBUTE_BYTES_MAX
                && path.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != ';');
        if (!good) {
            throw new IllegalArgumentException("no path of a cookie (RFC 6265 §4.1.1): " + FieldRules.quote(path));
        }
        this.path = path;
        return this;
    }

    /// The domain it is sent to, with all below it. Without: this host alone.
    ///
    /// @throws IllegalArgumentException when it isn't a domain name of ASCII letters, digits, hyphens and dots
    public SetCookie domain(String domain) {
        var good = !domain.isEmpty() && domain.length() <= 253 && !domain.startsWith(".") && !domain.endsWith(".")
                && !domain.contains("..") && domain.chars().allMatch(SetCookie::isDomainCharacter);
        if (!good) {
            throw new IllegalArgumentException("no domain of a cookie (RFC 6265 §4.1.2.3): " + FieldRules.quote(domain));
        }
        this.domain = domain;
        return this;
    }

    private static boolean isDomainCharacter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.';
    }

    /// How long it is kept, in whole seconds; 0 removes it. Browsers go up to 400 days. Outranks [#expires]. Without
    /// either: until the browser ends.
    ///
    /// @throws IllegalArgumentException when negative
    public SetCookie maxAge(Duration maxAge) {
        if (maxAge.isNegative()) throw new IllegalArgumentException("Max-Age is negative: " + maxAge);
        this.maxAge = maxAge;
        return this;
    }

    /// When it ends.
    ///
    /// @throws IllegalArgumentException for a time that [HttpDate] can't say
    public SetCookie expires(Instant expires) {
        HttpDate.format(expires);
        this.expires = expires;
        return this;
    }

    /// Only over TLS, or to localhost.
    public SetCookie secure() {
        secure = true;
        return this;
    }

    /// Not for scripts.
    public SetCookie httpOnly() {
        httpOnly = true;
        return this;
    }

    public SetCookie sameSite(SameSite sameSite) {
        this.sameSite = sameSite;
        return this;
    }

    /// A jar for each site that embeds this one (CHIPS); needs [#secure].
    public SetCookie partitioned() {
        partitioned = true;
        return this;
    }

    /// Adds the field `Set-Cookie`, beside others.
    ///
    /// @throws IllegalStateException when attributes contradict each other or the name ([#fieldValue]), or the head
    ///     was sent
    public void addTo(HttpResponse response) {
        response.addHeader("Set-Cookie", fieldValue());
    }

    /// What the field `Set-Cookie` says.
    ///
    /// @throws IllegalStateException for SameSite=None or Partitioned without Secure, `__Secure-` without Secure,
    ///     `__Host-` without Secure and `Path=/` or with a Domain (6265bis §4.1.3)
    public String fieldValue() {
        checkAgreement();
        var text = new StringBuilder(name).append('=').append(value);
        if (path != null) text.append("; Path=").append(path);
        if (domain != null) text.append("; Domain=").append(domain);
        if (maxAge != null) text.append("; Max-Age=").append(maxAge.toSeconds());
        if (expires != null) text.append("; Expires=").append(HttpDate.format(expires));
        if (secure) text.append("; Secure");
        if (httpOnly) text.append("; HttpOnly");
        if (sameSite != null) text.append("; SameSite=").append(sameSite.text);
        if (partitioned) text.append("; Partitioned");
        return text.toString();
    }

    private void checkAgreement() {
        var prefix = name.toLowerCase(Locale.ROOT); // browsers compare prefixes so
        var host = prefix.startsWith("__host-");
        require(secure || !host && !prefix.startsWith("__secure-"), "its prefix needs Secure");
        require(!host || "/".equals(path) && domain == null, "its prefix needs Path=/ and no Domain");
        require(secure || sameSite != SameSite.NONE, "SameSite=None needs Secure");
        require(secure || !partitioned, "Partitioned needs Secure");
    }

    private void require(boolean condition, String reason) {
        if (!condition) throw new IllegalStateException("cookie " + name + ": " + reason);
    }
}
