package io.paymentsaga.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Text files of the project. */
final class Sources {
  private Sources() {}

  /** The files below a directory whose names end like this, with their texts. */
  static SortedMap<Path, String> below(String directory, String ending) {
    try (Stream<Path> files = Files.walk(Path.of(directory))) {
      SortedMap<Path, String> texts = new TreeMap<>();
      for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
        texts.put(file, Files.readString(file));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
