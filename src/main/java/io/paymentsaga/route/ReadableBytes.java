package io.paymentsaga.route;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Bytes as an answer shows them: as text when they are UTF-8 without a zero, else in base64; the
 * same rule as the database's {@code readable}.
 *
 * @param text null when there are no bytes
 * @param encoding {@code utf-8} or {@code base64}, null when there are no bytes
 */
record ReadableBytes(String text, String encoding) {

  static ReadableBytes of(byte[] bytes) {
    if (bytes == null) {
      return new ReadableBytes(null, null);
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.indexOf('\0') < 0 ? new ReadableBytes(text, "utf-8") : base64(bytes);
    } catch (CharacterCodingException binary) {
      return base64(bytes);
    }
  }

  private static ReadableBytes base64(byte[] bytes) {
    return new ReadableBytes(Base64.getEncoder().encodeToString(bytes), "base64");
  }
}
