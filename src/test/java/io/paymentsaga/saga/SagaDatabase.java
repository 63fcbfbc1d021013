package io.paymentsaga.saga;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The saga tables on the shared server, for one test class; empty before each test. */
final class SagaDatabase implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private final SandboxEnvironment sandbox = new SandboxEnvironment();
  private HikariDataSource pool;

  @Override
  public void beforeAll(ExtensionContext context) {
    sandbox.beforeAll(context);
    HikariConfig config = new HikariConfig();
    config.setDataSource(sandbox.database().dataSource());
    config.setMaximumPoolSize(12);
    pool = new HikariDataSource(config);
    Flyway.configure().dataSource(pool).locations("classpath:db/migration").load().migrate();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    jdbc().sql("TRUNCATE saga CASCADE").update();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    pool.close();
  }

  DataSource dataSource() {
    return pool;
  }

  JdbcClient jdbc() {
    return JdbcClient.create(pool);
  }

  SagaState state(String sagaId) {
    return SagaState.valueOf(
        jdbc()
            .sql("SELECT state FROM saga WHERE saga_id = :sagaId")
            .param("sagaId", sagaId)
            .query(String.class)
            .single());
  }

  Map<String, Object> saga(String sagaId) {
    return jdbc()
        .sql("SELECT * FROM saga WHERE saga_id = :sagaId")
        .param("sagaId", sagaId)
        .query()
        .singleRow();
  }

  List<Map<String, Object>> steps(String sagaId) {
    return jdbc()
        .sql("SELECT * FROM saga_step WHERE saga_id = :sagaId ORDER BY step_id")
        .param("sagaId", sagaId)
        .query()
        .listOfRows();
  }

  /** Each entry as "type", with "from>to" for a move and the detail, where there is any. */
  List<String> history(String sagaId) {
    return jdbc()
        .sql(
            """
            SELECT concat_ws(' ', type, CASE WHEN type = 'state' THEN from_state || '>' || to_state END, detail)
            FROM saga_history WHERE saga_id = :sagaId ORDER BY history_id
            """)
        .param("sagaId", sagaId)
        .query(String.class)
        .list();
  }

  long count(String table) {
    return jdbc().sql("SELECT count(*) FROM " + table).query(Long.class).single();
  }
}
