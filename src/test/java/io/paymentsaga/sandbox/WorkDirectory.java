package io.paymentsaga.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory held by one run. What an earlier run that was killed has left in it, files and
 * processes, is removed when the directory is claimed; everything goes when it is closed.
 */
final class WorkDirectory implements AutoCloseable {
  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lockFile;

  private WorkDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * @throws DirectoryInUse when another run holds the directory
   */
  static WorkDirectory claim(Path path) throws DirectoryInUse {
    try {
      Files.createDirectories(path);
      Path lock = path.resolve(LOCK);
      FileChannel lockFile =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock held = lockFile.tryLock();
      if (held == null) {
        lockFile.close();
        throw new DirectoryInUse(path);
      }
      killProcessesLeftIn(path);
      deleteContents(path, lock);
      return new WorkDirectory(path, lockFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  /** Deletes the directory. The processes that work in it must have been stopped. */
  @Override
  public void close() {
    try {
      deleteContents(path, path.resolve(LOCK));
      lockFile.close();
      Files.deleteIfExists(path.resolve(LOCK));
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void killProcessesLeftIn(Path directory) throws IOException {
    for (Path file : filesBelow(directory)) {
      if (file.toString().endsWith(PidFile.EXTENSION)) {
        new PidFile(file).process().ifPresent(WorkDirectory::kill);
      }
    }
  }

  private static void kill(ProcessHandle process) {
    List<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join());
  }

  private static void deleteContents(Path directory, Path except) throws IOException {
    for (Path file : filesBelow(directory)) {
      if (!file.equals(except)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Deepest first, without the directory itself. */
  private static List<Path> filesBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> !file.equals(directory))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  /** Another run is alive in the directory. */
  static final class DirectoryInUse extends Exception {
    private static final long serialVersionUID = 1;

    DirectoryInUse(Path path) {
      super("Another run is using %s; stop it first".formatted(path));
    }
  }
}
