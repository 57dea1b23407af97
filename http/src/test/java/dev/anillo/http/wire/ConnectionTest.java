package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether the connection stays (RFC 9112 §9.3), changes its protocol (RFC 9110 §7.8), and what the client expects
/// (§10.1.1).
class ConnectionTest {
    private final Heads heads = new Heads();

    private Heads.Outcome http10With(String line) {
        return heads.accepted("GET / HTTP/1.0\r\n" + line + "\r\n\r\n");
    }

    @Test
    void http11StaysUnlessToldOtherwise() {
        assertTrue(heads.acceptedWith("X: y").keepAlive());
        assertFalse(heads.acceptedWith("Connection: close").keepAlive());
    }

    @Test
    void http10ClosesUnlessToldOtherwise() {
        assertFalse(http10With("X: y").keepAlive());
        assertTrue(http10With("Connection: keep-alive").keepAlive());
        assertTrue(http10With("Connection: x, Keep-Alive").keepAlive());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"close|false", "CLOSE|false", "Close , x|false", "x,close|false",
        "keep-alive, close|false", ",,close,|false", "closed|true", "clos|true", "keep-alive|true", "x|true",
        "close2, xclose|true", "cl ose|true", "''|true"})
    void findsCloseInTheList(String value, boolean stays) {
        assertEquals(stays, heads.acceptedWith("Connection: " + value).keepAlive());
    }

    @Test
    void closeOutranksKeepAliveWhateverTheirOrder() {
        assertFalse(http10With("Connection: close, keep-alive").keepAlive());
        assertFalse(http10With("Connection: keep-alive\r\nConnection: close").keepAlive());
    }

    @Test
    void readsEveryConnectionField() {
        var head = heads.acceptedWith("Connection: upgrade", "X: y", "connection: close");
        assertTrue(head.connectionUpgrade());
        assertFalse(head.keepAlive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connectiom", "Konnection", "Connection1", "Proxy-Connection"})
    void takesNoOtherFieldForConnection(String name) {
        assertTrue(heads.acceptedWith(name + ": close").keepAlive());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"upgrade|true", "Upgrade|true", "keep-alive, Upgrade|true", "upgrades|false",
        "http2-settings|false"})
    void findsUpgradeInTheList(String value, boolean upgrade) {
        assertEquals(upgrade, heads.acceptedWith("Connection: " + value, "Upgrade: websocket").connectionUpgrade());
    }

    @Test
    void ignoresUpgradeInHttp10() {
        assertFalse(http10With("Connection: upgrade").connectionUpgrade());
    }

    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "100-Continue", "100-CONTINUE"})
    void seesThatTheClientWaitsForContinue(String value) {
        var head = heads.acceptedWith("Expect: " + value);
        assertTrue(head.expectContinue());
        assertFalse(head.expectOther());
    }

    @Test
    void ignoresContinueInHttp10() {
        var head = http10With("Expect: 100-continue");
        assertFalse(head.expectContinue());
        assertFalse(head.expectOther());
    }

    @ParameterizedTest
    @ValueSource(strings = {"200-ok", "100-continues", "100-continue, x", "100-kontinue", "100", "continue"})
    void seesAnyOtherExpectation(String value) {
        var head = heads.acceptedWith("Expect: " + value);
        assertFalse(head.expectContinue());
        assertTrue(head.expectOther());
    }

    @Test
    void forgetsWhatTheLastRequestSaid() {
        heads.acceptedWith("Connection: close, upgrade", "Expect: 100-continue", "Content-Length: 5");
        var head = heads.acceptedWith("X: y");
        assertTrue(head.keepAlive());
        assertFalse(head.connectionUpgrade());
        assertFalse(head.expectContinue());
        assertEquals(-1, head.contentLength());
        assertTrue(http10With("Connection: keep-alive").keepAlive());
        assertFalse(http10With("X: y").keepAlive());
    }
}
