package io.paymentsaga.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where a running sandbox is, in the file {@code endpoints.json} for other programs to read. */
record Endpoints(
    String http,
    String kafka,
    String database,
    String databaseUser,
    String stripe,
    String webhookSecret,
    String operatorToken,
    String customerToken,
    String participants) {
  private static final String FILE = "endpoints.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The file appears whole or not at all. */
  void write(Path directory) {
    Path draft = directory.resolve(FILE + ".draft");
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), this);
      Files.move(draft, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Endpoints read(Path directory) {
    try {
      return JSON.readValue(directory.resolve(FILE).toFile(), Endpoints.class);
    } catch (IOException e) {
      throw new UncheckedIOException("No sandbox is running here", e);
    }
  }
}
