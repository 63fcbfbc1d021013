package io.paymentsaga;

import java.time.Clock;
import java.util.List;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the payment service, or runs its one command. */
public final class PaymentSagaService {
  private static final Logger LOG = LoggerFactory.getLogger(PaymentSagaService.class);

  private PaymentSagaService() {}

  /**
   * Runs until the process is told to stop; exits with status 1 and one clear line when it cannot
   * start. With {@code prove-money} it only makes that proof and exits.
   */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals(ProveMoney.NAME)) {
      List<String> arguments = List.of(args).subList(1, args.length);
      System.exit(new ProveMoney(Clock.systemUTC(), System.out, System.err).run(arguments));
    }
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
