package io.paymentsaga.sandbox;

import io.paymentsaga.sandbox.SandboxDatabase.Database;
import io.paymentsaga.sandbox.WorkDirectory.DirectoryInUse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * What integration tests run on. All test classes share one PostgreSQL, one Kafka broker and one
 * token issuer, started by the first of them and stopped after the last; each gets a database and a
 * topic prefix of its own. Register it in a static field:
 *
 * <pre>{@code
 * @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
 * }</pre>
 *
 * <p>A test that stops or kills a server starts its own instead.
 */
public final class SandboxEnvironment implements BeforeAllCallback {
  private static final Path DIRECTORY = BuildOutput.TARGET.resolve("sandbox-tests");
  private static final Namespace NAMESPACE = Namespace.create(SandboxEnvironment.class);

  private SharedServers servers;
  private Database database;
  private String name;

  @Override
  public void beforeAll(ExtensionContext context) {
    servers =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(
                SharedServers.class, key -> SharedServers.start(), SharedServers.class);
    name = servers.uniqueName(context.getRequiredTestClass());
    database = servers.database().createDatabase(name);
  }

  /** The database of this test class, empty at first. */
  public Database database() {
    return database;
  }

  public String bootstrapServers() {
    return servers.broker().bootstrapServers();
  }

  /** The {@code KAFKA_TOPIC_PREFIX} of this test class; ends with a dot. */
  public String topicPrefix() {
    return name + ".";
  }

  public TokenIssuer tokenIssuer() {
    return servers.tokenIssuer();
  }

  /** A directory of this test class, removed after all tests. */
  public Path directory() {
    return servers.directory().path().resolve(name);
  }

  /**
   * The environment of a service on this class's database and topics, with tokens checked. Of what
   * the service needs only Stripe is missing.
   */
  public Map<String, String> serviceEnvironment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", "0");
    environment.put("HTTP_HOST", LoopbackPort.HOST);
    environment.put("DATABASE_URL", database.url());
    environment.put("DATABASE_USER", database.user());
    environment.put("DATABASE_PASSWORD", database.password());
    environment.put("KAFKA_BROKERS", bootstrapServers());
    environment.put("KAFKA_TOPIC_PREFIX", topicPrefix());
    environment.put("AUTH_MODE", "jwt");
    environment.put("AUTH_JWKS_URL", tokenIssuer().jwksUrl().toString());
    environment.put("AUTH_ISSUER", tokenIssuer().issuer());
    environment.put("AUTH_AUDIENCE", TokenIssuer.AUDIENCE);
    return environment;
  }

  /** Closed by JUnit with the store that holds them, after the last test class. */
  private record SharedServers(
      RunningParts parts,
      WorkDirectory directory,
      SandboxDatabase database,
      SandboxBroker broker,
      TokenIssuer tokenIssuer,
      AtomicInteger testClasses)
      implements AutoCloseable {

    static SharedServers start() {
      RunningParts parts = new RunningParts();
      try {
        WorkDirectory directory = parts.add("the directory", WorkDirectory.claim(DIRECTORY));
        Path files = directory.path();
        return new SharedServers(
            parts,
            directory,
            parts.add(
                "PostgreSQL",
                SandboxDatabase.start(SandboxDatabase.Options.in(files.resolve("database")))),
            parts.add("Kafka", SandboxBroker.start(files.resolve("broker"))),
            parts.add("the token issuer", TokenIssuer.start()),
            new AtomicInteger());
      } catch (DirectoryInUse | RuntimeException e) {
        parts.stopAll();
        throw new IllegalStateException("The servers of the tests did not start", e);
      }
    }

    String uniqueName(Class<?> testClass) {
      return "%s_%d"
          .formatted(
              testClass.getSimpleName().toLowerCase(Locale.ROOT), testClasses.incrementAndGet());
    }

    @Override
    public void close() {
      parts.stopAll();
    }
  }
}
