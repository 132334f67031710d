package io.edgebeat.samples.weather;

import io.edgebeat.api.NodeEvent;
import java.io.PrintStream;
import java.util.Map;

/** Shows the protocol as it happens: a line a step, and on a terminal a line of ticks in place. */
final class Display {
  private final PrintStream out;
  private final boolean terminal;
  private long ticks;
  private long readings;
  private int step;
  private boolean inPlace;

  Display(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** A step of the demo. */
  synchronized void step(String text) {
    endLine();
    out.printf("%2d  %s%n", ++step, text);
  }

  /** Further words on the step before. */
  synchronized void detail(String text) {
    endLine();
    out.printf("    %s%n", text);
  }

  /** Something that is printed as it is. */
  synchronized void plain(String text) {
    endLine();
    out.println(text);
  }

  /** What happened inside the buyer. */
  synchronized void buyer(NodeEvent event) {
    Map<String, String> d = event.details();
    switch (event.name()) {
      case "Said.OfferMade" -> {
        ticks = 0;
        readings = 0;
        step("buyer signs an offer and sends it to the seller");
        detail(d.getOrDefault("maximumLoss", ""));
      }
      case "Heard.Countered" -> {
        step("seller counters: a buyer it has never been paid by pays each tick before it begins");
        detail(d.getOrDefault("maximumLoss", ""));
      }
      case "Said.Accepted" -> step("buyer signs that: both agree on every word of the terms");
      case "Heard.Accepted" -> step("seller signs too: both agree on every word of the terms");
      case "Ledger.Opened" ->
          step("ledger opens the agreement: IN CONTRACT, fee escrowed, channel funded");
      case "Said.TaskOrdered" -> step("buyer orders the task: program and data by content id");
      case "Said.VoucherSent" ->
          detail(
              "voucher "
                  + d.get("sequence")
                  + ": "
                  + d.get("cumulative")
                  + " and a chain of "
                  + d.get("tickCount")
                  + " ticks");
      case "Heard.TaskReady" -> step("seller has fetched, verified and compiled the program");
      case "Heard.TaskStarted" -> step("program runs in the seller's sandbox, paid tick by tick");
      case "Said.Ticks" -> tick(Long.parseLong(d.getOrDefault("ticks", "0")));
      case "Heard.TaskEnded" -> step("program has ended: " + d.get("outcome"));
      case "ResultChecked" -> {
        boolean fits = Boolean.parseBoolean(d.get("fits"));
        detail((fits ? "buyer has the result; " : "buyer has no result: ") + d.get("detail"));
      }
      case "Heard.SettlementProposed" ->
          step("seller proposes to settle at " + d.get("cumulative"));
      case "Said.SettlementSigned" -> detail("buyer agrees to the invoice and signs");
      case "Ledger.CloseRequested" ->
          step("buyer asks the ledger to close: CLOSING, the challenge time begins");
      case "Ledger.Claimed" -> detail("seller claims the best payment it holds");
      case "Ledger.Closed" -> step("ledger settles and writes the invoice");
      case "Failed" -> detail("problem: " + d.get("code") + " " + d.get("reason"));
      default -> {}
    }
  }

  /** What happened inside the seller. */
  synchronized void seller(NodeEvent event) {
    if (event.name().equals("UnitsAsked")) {
      readings++;
    }
  }

  private void tick(long paid) {
    ticks = Math.max(ticks, paid);
    if (terminal) {
      out.printf(
          "\r    %4d ticks paid, %2d readings metered  %s",
          ticks, readings, "#".repeat((int) Math.min(40, ticks)));
      out.flush();
      inPlace = true;
    } else if (ticks <= 3 || ticks % 10 == 0) {
      out.printf("    %d ticks paid, %d readings metered%n", ticks, readings);
    }
  }

  private void endLine() {
    if (inPlace) {
      out.println();
      inPlace = false;
    }
  }
}
