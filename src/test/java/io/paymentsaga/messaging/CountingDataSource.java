package io.paymentsaga.messaging;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Counts how often the database is asked; the relay takes a connection for each statement. */
final class CountingDataSource extends DelegatingDataSource {
  private final AtomicInteger statements = new AtomicInteger();

  CountingDataSource(DataSource target) {
    super(target);
  }

  @Override
  public Connection getConnection() throws SQLException {
    statements.incrementAndGet();
    return super.getConnection();
  }

  int statements() {
    return statements.get();
  }
}
