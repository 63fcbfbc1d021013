package io.paymentsaga.sandbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL 18 server on 127.0.0.1, with its data below a given directory. It trusts every
 * connection from this machine, passwords are accepted unread. It survives {@link #kill()} and
 * {@link #stop()}: {@link #restart()} goes on with the same data on the same port.
 */
public final class SandboxDatabase implements AutoCloseable {
  private static final String PAYMENTS = "payments";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  private final Options options;
  private final int port;
  private EmbeddedPostgres server;
  private ProcessHandle postmaster;
  private Database payments;

  private SandboxDatabase(Options options) {
    this.options = options;
    this.port = LoopbackPort.orFree(options.port());
  }

  /**
   * How to start a server.
   *
   * @param directory holds its data, log and process record
   * @param port 0 for a free one
   * @param durable whether a commit waits for the disk; without it a killed server may lose the
   *     last of its commits
   * @param cacheMegabytes PostgreSQL's {@code shared_buffers}
   */
  public record Options(Path directory, int port, boolean durable, int cacheMegabytes) {
    private static final int POSTGRESQLS_OWN_CACHE = 128;

    /** A server that is fast and forgets its last commits when killed. */
    public static Options in(Path directory) {
      return new Options(directory, 0, false, POSTGRESQLS_OWN_CACHE);
    }

    public Options withPort(int port) {
      return new Options(directory, port, durable, cacheMegabytes);
    }

    public Options withDurableCommits() {
      return new Options(directory, port, true, cacheMegabytes);
    }

    public Options withCache(int megabytes) {
      return new Options(directory, port, durable, megabytes);
    }
  }

  /** A database and the role that owns it. */
  public record Database(String url, String user, String password) {

    /** Opens a new connection on every call. */
    public DataSource dataSource() {
      PGSimpleDataSource dataSource = new PGSimpleDataSource();
      dataSource.setUrl(url);
      dataSource.setUser(user);
      dataSource.setPassword(password);
      return dataSource;
    }
  }

  /** Starts a server with the database {@code payments}, owned by the role {@code payments}. */
  public static SandboxDatabase start(Options options) {
    SandboxDatabase database = new SandboxDatabase(options);
    database.startServer();
    try {
      database.payments = database.createDatabase(PAYMENTS);
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  /** The service's own database. */
  public Database payments() {
    return payments;
  }

  /**
   * Creates a database and a role of the same name that owns it and may log in.
   *
   * @param name lower-case letters, digits and underscores, new on this server
   */
  public Database createDatabase(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Not a database name: " + name);
    }
    String password = Secret.random();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name, password));
      statement.execute("CREATE DATABASE %1$s OWNER %1$s".formatted(name));
    } catch (SQLException e) {
      throw new IllegalStateException("Could not create the database " + name, e);
    }
    String url = "jdbc:postgresql://%s:%d/%s".formatted(LoopbackPort.HOST, port, name);
    return new Database(url, name, password);
  }

  /** The server's processes, one a connection among them. */
  public Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.of(postmaster), postmaster.descendants());
  }

  /** Ends the server as an administrator would: connections are cut, all data is on disk. */
  public void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (postmaster.isAlive()) {
      killProcesses();
    }
  }

  /** SIGKILL to every process of the server, at once. */
  public void kill() {
    killProcesses();
    stop();
  }

  /** Starts the stopped or killed server again; a killed one first recovers from its log. */
  public void restart() {
    startServer();
  }

  /** Stops the server and leaves its files. */
  @Override
  public void close() {
    stop();
  }

  private void startServer() {
    try {
      Files.createDirectories(options.directory());
      // Else an empty directory is left in the system's temporary one.
      System.setProperty("ot.epg.working-dir", BuildOutput.POSTGRES_BINARIES.toString());
      Redirect log = Redirect.appendTo(log().toFile());
      String onOrOff = options.durable() ? "on" : "off";
      server =
          EmbeddedPostgres.builder()
              .setDataDirectory(data())
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPort(port)
              .setPGStartupWait(START_PATIENCE)
              .setOutputRedirector(log)
              .setErrorRedirector(log)
              .setLocaleConfig("locale", "C")
              .setLocaleConfig("locale-provider", "builtin")
              .setLocaleConfig("builtin-locale", "C.UTF-8")
              .setServerConfig("listen_addresses", LoopbackPort.HOST)
              .setServerConfig("unix_socket_directories", "")
              .setServerConfig("fsync", onOrOff)
              .setServerConfig("synchronous_commit", onOrOff)
              .setServerConfig("max_connections", "200")
              .setServerConfig("shared_buffers", options.cacheMegabytes() + "MB")
              .start();
      postmaster = runningPostmaster();
      new PidFile(options.directory().resolve("database" + PidFile.EXTENSION)).write(postmaster);
    } catch (IOException | IllegalStateException e) {
      throw new IllegalStateException(
          "PostgreSQL did not start, see %s. Root needs user namespaces (unshare -U) for it."
              .formatted(log()),
          e);
    }
  }

  private ProcessHandle runningPostmaster() throws IOException {
    List<String> pidFile = Files.readAllLines(data().resolve("postmaster.pid"));
    return ProcessHandle.of(Long.parseLong(pidFile.get(0).strip())).orElseThrow();
  }

  private void killProcesses() {
    List<ProcessHandle> processes = processes().toList();
    processes.forEach(ProcessHandle::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
  }

  private Path data() {
    return options.directory().resolve("data");
  }

  private Path log() {
    return options.directory().resolve("database.log");
  }
}
