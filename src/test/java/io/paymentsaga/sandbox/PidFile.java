package io.paymentsaga.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Remembers a process the sandbox has started, so that the next run can end it should this one be
 * killed. The start time tells the process from a later one under the same number.
 */
record PidFile(Path path) {
  /** Not {@code .pid}: PostgreSQL has a file of its own by that name. */
  static final String EXTENSION = ".process";

  /** The system's clock may be adjusted between two readings of a start time. */
  private static final Duration START_TIME_TOLERANCE = Duration.ofSeconds(2);

  void write(ProcessHandle process) {
    try {
      Files.writeString(path, process.pid() + " " + startOf(process));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The remembered process, while it lives. */
  Optional<ProcessHandle> process() {
    try {
      String[] pidAndStart = Files.readString(path).strip().split(" ", 2);
      Instant start = Instant.parse(pidAndStart[1]);
      return ProcessHandle.of(Long.parseLong(pidAndStart[0]))
          .filter(ProcessHandle::isAlive)
          .filter(process -> isClose(startOf(process), start));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  private static boolean isClose(Instant one, Instant other) {
    return Duration.between(one, other).abs().compareTo(START_TIME_TOLERANCE) <= 0;
  }
}
