package io.paymentsaga.sandbox.participants;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.Main;
import org.flywaydb.core.Flyway;

/**
 * The reference participants: an order, a product and a notification service that live on the
 * payment service's events.
 *
 * <p>They are the Camel routes beside {@code sandbox/participants} on the class path; this class
 * only gives those their database, HTTP server and placeholders. Topics and broker may be missing
 * at the start: consumption begins once they are there. An event takes effect once, however often
 * it is delivered.
 */
public final class Participants implements AutoCloseable {
  private static final String FOLDER = "classpath:sandbox/participants/";
  private static final String ROUTES =
      Stream.of("shared", "order-service", "product-service", "notification-service")
          .map(name -> FOLDER + name + ".camel.yaml")
          .collect(Collectors.joining(","));

  private final Main main;
  private final HikariDataSource database;
  private final URI http;

  private Participants(Main main, HikariDataSource database, URI http) {
    this.main = main;
    this.database = database;
    this.http = http;
  }

  /**
   * Migrates the database and starts all three services.
   *
   * @throws IllegalStateException when they cannot start; nothing keeps running then
   */
  public static Participants start(ParticipantsSettings settings) {
    HikariDataSource database = connect(settings);
    Main main = new Main();
    try {
      migrate(database);
      VertxPlatformHttpServer server = httpServer(settings);
      main.setPropertyPlaceholderLocations(FOLDER + "participants.properties");
      main.setOverrideProperties(placeholders(settings));
      main.bind("dataSource", database);
      main.bind("offset", new Offset());
      main.bind("mailText", new MailText());
      main.configure()
          .withName("participants")
          .withRoutesIncludePattern(ROUTES)
          .withShutdownTimeout(10);
      // A consumer that cannot start, as for want of a broker's address, is tried again.
      main.configure().routeControllerConfig().withEnabled(true).withIncludeRoutes("kafka:*");
      main.init();
      main.getCamelContext().addService(server);
      main.start();
      return new Participants(main, database, address(settings, server));
    } catch (Exception failure) {
      main.stop();
      database.close();
      throw new IllegalStateException("The participants did not start", failure);
    }
  }

  /**
   * Where the three services answer: {@code /orders}, {@code /products}, {@code /reservations},
   * {@code /mails}.
   */
  public URI http() {
    return http;
  }

  /** Lets what is in flight finish, for ten seconds at most, and stops. */
  @Override
  public void close() {
    main.stop();
    database.close();
  }

  private static HikariDataSource connect(ParticipantsSettings settings) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("participants");
    config.setJdbcUrl(settings.jdbcUrl());
    config.setUsername(settings.databaseUser());
    config.setPassword(settings.databasePassword());
    config.setMaximumPoolSize(4);
    // The server's details would bring customers' data into the log.
    config.addDataSourceProperty("logServerErrorDetail", "false");
    return new HikariDataSource(config);
  }

  private static void migrate(HikariDataSource database) {
    Flyway.configure()
        .dataSource(database)
        .locations(FOLDER + "db")
        .schemas("order_service", "product_service", "notification_service")
        .load()
        .migrate();
  }

  private static VertxPlatformHttpServer httpServer(ParticipantsSettings settings) {
    VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
    configuration.setBindHost(settings.httpHost());
    configuration.setBindPort(settings.httpPort());
    return new VertxPlatformHttpServer(configuration);
  }

  private static Properties placeholders(ParticipantsSettings settings) {
    Properties placeholders = new Properties();
    placeholders.setProperty("kafka.brokers", settings.kafkaBrokers());
    placeholders.setProperty("topic.prefix", settings.topicPrefix());
    placeholders.setProperty(
        "mail.directory", settings.mailDirectory().toAbsolutePath().toString());
    return placeholders;
  }

  private static URI address(ParticipantsSettings settings, VertxPlatformHttpServer server) {
    return URI.create("http://" + settings.httpHost() + ":" + server.getPort());
  }
}
