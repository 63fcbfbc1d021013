package io.paymentsaga;

import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the payment service. */
public final class PaymentSagaService {
  private static final Logger LOG = LoggerFactory.getLogger(PaymentSagaService.class);

  private PaymentSagaService() {}

  /**
   * Runs until the process is told to stop; exits with status 1 and one clear line when it cannot
   * start.
   */
  public static void main(String[] args) throws Exception {
    Main main = new Main();
    main.setPropertyPlaceholderLocations("file:application.properties");
    main.configure().addConfiguration(new Wiring());
    try {
      main.start();
    } catch (Exception failure) {
      LOG.error("The service cannot start: {}", reason(failure));
      LOG.debug("The service cannot start", failure);
      System.exit(1);
    }
    main.run();
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (!(root instanceof ConfigurationException) && root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
