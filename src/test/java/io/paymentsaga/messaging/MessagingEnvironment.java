package io.paymentsaga.messaging;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.paymentsaga.sandbox.SandboxDatabase.Database;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The shared servers for one test class, its database with the service's tables and a pool. */
final class MessagingEnvironment implements BeforeAllCallback, AfterAllCallback {
  /** What an instance sees that Kafka answers, with all topics there. */
  static final KafkaSight ALL_THERE = new KafkaSight(true, Set.of());

  private final SandboxEnvironment sandbox = new SandboxEnvironment();
  private HikariDataSource pool;

  @Override
  public void beforeAll(ExtensionContext context) {
    sandbox.beforeAll(context);
    pool = pool(sandbox.database());
    Flyway.configure().dataSource(pool).load().migrate();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    pool.close();
  }

  static HikariDataSource pool(Database database) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setMaximumPoolSize(8);
    config.setConnectionTimeout(500);
    return new HikariDataSource(config);
  }

  Database database() {
    return sandbox.database();
  }

  HikariDataSource pool() {
    return pool;
  }

  String brokers() {
    return sandbox.bootstrapServers();
  }

  String topicPrefix() {
    return sandbox.topicPrefix();
  }

  /** Cuts every connection to this class's database and lets nobody in, or lets them in again. */
  void databaseAway(boolean away) {
    PGSimpleDataSource neighbour = (PGSimpleDataSource) sandbox.database().dataSource();
    String name = neighbour.getDatabaseName();
    neighbour.setDatabaseName("postgres");
    JdbcTemplate jdbc = new JdbcTemplate(neighbour);
    jdbc.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS " + !away);
    if (away) {
      jdbc.queryForList(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?", name);
    }
  }
}
