package io.rlhf4j.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * The table of commands. A new command is one class with picocli's annotations and one row here.
 */
final class Commands {
  private Commands() {}

  /** The headings of the help text, in its order. */
  enum Group {
    TRAIN("Train"),
    LABEL("Label"),
    DATA("Prepare data"),
    USE("Use and measure"),
    MACHINE("This machine");

    final String title;

    Group(String title) {
      this.title = title;
    }
  }

  /** One command: the heading it stands under and how it is made. */
  record Row(Group group, Supplier<Callable<Integer>> command) {}

  /** In the order of the help text. */
  static final List<Row> TABLE =
      List.of(
          new Row(Group.TRAIN, DemoCommand::new),
          new Row(Group.TRAIN, PretrainCommand::new),
          new Row(Group.TRAIN, SftCommand::new),
          new Row(Group.TRAIN, RewardCommand::new),
          new Row(Group.TRAIN, PpoCommand::new),
          new Row(Group.TRAIN, DpoCommand::new),
          new Row(Group.LABEL, LabelCommand::new),
          new Row(Group.DATA, SplitCommand::new),
          new Row(Group.USE, EvaluateCommand::new),
          new Row(Group.USE, GenerateCommand::new),
          new Row(Group.USE, ChatCommand::new),
          new Row(Group.MACHINE, PlanCommand::new),
          new Row(Group.MACHINE, BenchCommand::new),
          new Row(Group.MACHINE, DoctorCommand::new));
}
