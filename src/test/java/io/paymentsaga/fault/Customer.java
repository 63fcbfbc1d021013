package io.paymentsaga.fault;

import io.paymentsaga.fault.Storefront.Answer;
import io.paymentsaga.sandbox.stripe.PaymentAttempt.Outcome;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Somebody who checks out, and then does as people do. Gives up where the shop does not answer. */
final class Customer {
  private static final String CHECKOUT = "/api/v1/payments/checkout-session";
  private static final int CHECKOUT_TRIES = 12;
  private static final int TRIES = 60;
  private static final int LONGEST_PAUSE_MILLIS = 500;

  private final int number;
  private final Random mood;
  private final Storefront storefront;
  private final StripeSimulator stripe;
  private final ShopTopics topics;
  private final Promises promises;
  private final CountDownLatch closingTime;
  private int orders;

  Customer(
      int number,
      Random mood,
      Storefront storefront,
      StripeSimulator stripe,
      ShopTopics topics,
      Promises promises,
      CountDownLatch closingTime) {
    this.number = number;
    this.mood = mood;
    this.storefront = storefront;
    this.stripe = stripe;
    this.topics = topics;
    this.promises = promises;
    this.closingTime = closingTime;
  }

  private record Purchase(String paymentId, String orderId, String sessionId, long amount) {
    String path() {
      return "/api/v1/payments/" + paymentId;
    }
  }

  /** Comes and goes. */
  void shop() {
    String order = newOrder();
    for (int tries = 0; tries < CHECKOUT_TRIES; tries++) {
      Optional<Purchase> purchase = checkOut(order);
      if (purchase.isPresent()) {
        decide(purchase.get());
        return;
      }
      order = mood.nextBoolean() ? newOrder() : order;
      if (closed()) {
        return;
      }
    }
  }

  /** Empty when it failed, or when an earlier try for the order did not. */
  private Optional<Purchase> checkOut(String order) {
    long amount = 100L + mood.nextInt(10_000);
    Optional<Answer> answer = storefront.post(CHECKOUT, checkout(order, amount));
    if (answer.isEmpty() || answer.get().status() == 409) {
      return Optional.empty();
    }
    expect(answer.get(), 201);
    Purchase purchase =
        new Purchase(
            answer.get().text("paymentId"), order, answer.get().text("stripeSessionId"), amount);
    promises.payments().add(purchase.paymentId());
    return Optional.of(purchase);
  }

  private void decide(Purchase purchase) {
    closed();
    int percent = mood.nextInt(100);
    if (percent < 40) {
      pay(purchase, TestCard.PAYS);
    } else if (percent < 50) {
      pay(purchase, TestCard.DECLINED);
    } else if (percent < 54) {
      pay(purchase, TestCard.DECLINED);
      pay(purchase, TestCard.PAYS);
    } else if (percent < 60) {
      payByBankDebit(purchase, mood.nextBoolean());
    } else if (percent < 66) {
      cancel(purchase);
    } else if (percent < 72) {
      cancel(purchase);
      pay(purchase, TestCard.PAYS);
    } else if (percent < 77) {
      cancelOrder(purchase);
    } else if (percent < 82) {
      pay(purchase, TestCard.PAYS);
      cancelOrder(purchase);
    } else if (percent < 87) {
      pay(purchase, mood.nextBoolean() ? TestCard.PAYS : TestCard.REFUND_PENDING);
      promises.commands().add(topics.command("cancel_payment", purchase.orderId()));
    } else if (percent < 95) {
      returnGoods(purchase);
    }
    // The rest leave the page open and never come back.
  }

  private void pay(Purchase purchase, TestCard card) {
    stripe.pay(purchase.sessionId(), card);
  }

  private void payByBankDebit(Purchase purchase, boolean enoughFunds) {
    if (stripe.payByBankDebit(purchase.sessionId()).outcome() != Outcome.PROCESSING) {
      return;
    }
    closed();
    String intent = stripe.find(purchase.sessionId()).orElseThrow().getString("payment_intent");
    stripe.settle(intent, enoughFunds);
  }

  private void cancel(Purchase purchase) {
    insist(() -> storefront.post(purchase.path() + "/cancel", "{}"))
        .filter(answer -> answer.status() != 409)
        .ifPresent(
            answer -> {
              expect(answer, 202);
              promises.cancellations().add(purchase.paymentId());
            });
  }

  private void cancelOrder(Purchase purchase) {
    topics.cancelOrder(purchase.orderId());
    promises.cancelledOrders().add(purchase.orderId());
  }

  /** Some or all of them, once the payment is known. */
  private void returnGoods(Purchase purchase) {
    pay(purchase, TestCard.PAYS);
    for (int tries = 0; tries < TRIES && !isCompleted(purchase); tries++) {
      if (closed()) {
        return;
      }
    }
    String some = "{\"amount\":%d}".formatted(1L + purchase.amount() / 3);
    String refund = mood.nextBoolean() ? some : "{}";
    insist(() -> storefront.post(purchase.path() + "/refunds", refund))
        .filter(answer -> answer.status() != 409 && answer.status() != 422)
        .ifPresent(
            answer -> {
              expect(answer, 202);
              promises.refunds().add(answer.text("refundId"));
            });
  }

  private boolean isCompleted(Purchase purchase) {
    return storefront
        .get(purchase.path())
        .filter(answer -> answer.text("status").equals("COMPLETED"))
        .isPresent();
  }

  /** Tries until there is an answer, or no patience is left. */
  private Optional<Answer> insist(Supplier<Optional<Answer>> call) {
    Optional<Answer> answer = call.get();
    for (int tries = 1; tries < TRIES && answer.isEmpty() && !closed(); tries++) {
      answer = call.get();
    }
    return answer;
  }

  private static void expect(Answer answer, int status) {
    if (answer.status() != status) {
      throw new AssertionError(
          "Answered %d, not %d: %s".formatted(answer.status(), status, answer.body()));
    }
  }

  /** Takes a moment; whether the shop has closed meanwhile. */
  private boolean closed() {
    try {
      return closingTime.await(mood.nextInt(LONGEST_PAUSE_MILLIS), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private String newOrder() {
    orders++;
    return "ord_%d_%d".formatted(number, orders);
  }

  private static String checkout(String order, long amount) {
    return """
        {"orderId":"%s","userId":"usr_7","customerEmail":"ada@example.com","currency":"USD","amount":%d,
         "items":[{"productId":"sku-1","productName":"Mug","quantity":1,"unitAmount":%d}]}
        """
        .formatted(order, amount, amount);
  }
}
