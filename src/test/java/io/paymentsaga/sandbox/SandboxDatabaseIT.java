package io.paymentsaga.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.paymentsaga.sandbox.SandboxDatabase.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxDatabaseIT {
  @TempDir private static Path directory;
  private static SandboxDatabase server;

  @BeforeAll
  static void start() {
    server = SandboxDatabase.start(SandboxDatabase.Options.in(directory).withDurableCommits());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void it_is_postgresql_18_with_durable_commits() throws SQLException {
    assertThat(read(server.payments(), "SHOW server_version")).startsWith("18.");
    assertThat(read(server.payments(), "SHOW fsync")).isEqualTo("on");
    assertThat(read(server.payments(), "SHOW synchronous_commit")).isEqualTo("on");
    assertThat(read(server.payments(), "SHOW max_connections")).isEqualTo("200");
  }

  @Test
  void what_was_committed_is_there_after_a_kill() throws SQLException {
    execute(server.payments(), "CREATE TABLE ledger AS SELECT 'kept' AS entry");

    server.kill();
    server.restart();

    assertThat(read(server.payments(), "SELECT entry FROM ledger")).isEqualTo("kept");
  }

  @Test
  void what_was_committed_is_there_after_a_stop() throws SQLException {
    execute(server.payments(), "CREATE TABLE journal AS SELECT 'kept' AS entry");

    server.stop();
    assertThatThrownBy(() -> server.payments().dataSource().getConnection())
        .isInstanceOf(SQLException.class);
    server.restart();

    assertThat(read(server.payments(), "SELECT entry FROM journal")).isEqualTo("kept");
  }

  @Test
  void each_database_belongs_to_its_own_role() throws SQLException {
    Database orders = server.createDatabase("orders");

    execute(orders, "CREATE TABLE purchase (id int)");

    assertThat(read(orders, "SELECT current_database() || ' of ' || current_user"))
        .isEqualTo("orders of orders");
    assertThat(read(orders, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        .isEqualTo("f");
  }

  private static void execute(Database database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String read(Database database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
