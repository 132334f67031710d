package io.edgebeat.api.task;

import io.edgebeat.api.ledger.AgreementId;
import java.util.List;
import java.util.Objects;

/**
 * A value: what a check of a proof bundle has found, made without a network and without a ledger.
 *
 * @param agreement the agreement the bundle is about
 * @param holds whether nothing in the bundle contradicts what was signed, or itself
 * @param statements what was checked, in this order
 * @param missing what the bundle does not hold: a bundle may be made at any time
 * @param notVouchedFor members that nothing signed stands behind: one side's word, or the ledger's
 *     to confirm
 * @param story what happened, in plain words; several lines
 */
public record ProofReport(
    AgreementId agreement,
    boolean holds,
    List<Statement> statements,
    List<String> missing,
    List<String> notVouchedFor,
    String story) {

  /** Checks and copies. */
  public ProofReport {
    Objects.requireNonNull(agreement, "agreement");
    statements = List.copyOf(statements);
    missing = List.copyOf(missing);
    notVouchedFor = List.copyOf(notVouchedFor);
    Objects.requireNonNull(story, "story");
  }

  /** What became of a statement. */
  public enum Verdict {
    /** It is true. */
    HOLDS,
    /** It is not. */
    FAILS,
    /** The bundle alone does not tell. */
    UNKNOWN
  }

  /**
   * A value: one thing that was checked.
   *
   * @param check its short name, the same in every report
   * @param what what is true if it holds, in plain words
   * @param verdict whether it does
   * @param found the offending value, or why nobody can tell offline; empty when it holds
   */
  public record Statement(String check, String what, Verdict verdict, String found) {
    /** Checks the components. */
    public Statement {
      Objects.requireNonNull(check, "check");
      Objects.requireNonNull(what, "what");
      Objects.requireNonNull(verdict, "verdict");
      Objects.requireNonNull(found, "found");
    }
  }
}
