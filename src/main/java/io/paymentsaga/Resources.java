package io.paymentsaga;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Files that ride in the jar. */
final class Resources {
  private Resources() {}

  static String text(String path) {
    try (InputStream file = Resources.class.getClassLoader().getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(file, path).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The version in the jar's manifest. */
  static String version() {
    String version = Resources.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
