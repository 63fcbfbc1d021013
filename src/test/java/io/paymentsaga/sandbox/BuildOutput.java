package io.paymentsaga.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the build leaves below {@code target/} and the sandbox runs on. */
public final class BuildOutput {
  static final Path TARGET = Path.of("target").toAbsolutePath();
  static final Path SERVICE_JAR = TARGET.resolve("payment-saga-service.jar");

  /** The unpacked PostgreSQL; shared by all runs, since unpacking takes longer than starting. */
  static final Path POSTGRES_BINARIES = TARGET.resolve("postgresql");

  private static final Path MAIN_CLASSES = TARGET.resolve("classes");
  private static final Path TEST_CLASSES = TARGET.resolve("test-classes");

  /** Written by the pom: the class path of Maven's own JVM is not that of the tests. */
  private static final Path TEST_LIBRARIES = TARGET.resolve("test-classpath.txt");

  private BuildOutput() {}

  /** The class path of a sandbox process. */
  public static String sandboxClassPath() {
    return TEST_CLASSES + File.pathSeparator + serviceClassPath();
  }

  /** The class path of a service that is compiled but not packaged; test libraries included. */
  static String serviceClassPath() {
    try {
      return MAIN_CLASSES + File.pathSeparator + Files.readString(TEST_LIBRARIES).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("Run mvn test-compile first", e);
    }
  }

  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
