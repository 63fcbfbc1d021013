package io.paymentsaga;

import org.apache.camel.Service;

/** Something that only wants to be closed when the context stops. */
interface AutoCloseableService extends Service {
  @Override
  default void start() {}

  @Override
  void stop();
}
