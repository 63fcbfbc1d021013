package io.paymentsaga.messaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The statements under {@code sql/messaging}, by file name. */
final class MessagingSql {
  private MessagingSql() {}

  static String statement(String name) {
    String file = "/sql/messaging/" + name + ".sql";
    try (InputStream in = MessagingSql.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("no statement " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
