package dev.anillo.http.app;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// UTF-8 that is right or refused. A reader that replaced what it does not understand would make one name of two.
final class StrictUtf8 {
    private StrictUtf8() {}

    /// @return null when the bytes are malformed: overlong, cut off, surrogates
    static String decode(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException _) {
            return null; // the decoder's way to tell what callers ask about
        }
    }
}
