package io.rlhf4j.cli;

import io.rlhf4j.cli.Commands.Group;
import io.rlhf4j.cli.Commands.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The command table as a help text: one line per command, under its group's heading. */
final class Help {
  private Help() {}

  /** Makes the commands of the table and lists them in the help of {@code line}. */
  static void install(CommandLine line, List<Row> table) {
    Map<Group, List<CommandLine>> groups = new EnumMap<>(Group.class);
    for (Row row : table) {
      CommandLine command = new CommandLine(row.command().get());
      line.addSubcommand(command);
      groups.computeIfAbsent(row.group(), group -> new ArrayList<>()).add(command);
    }
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> text(groups));
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
  }

  private static String text(Map<Group, List<CommandLine>> groups) {
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (group, commands) -> {
          text.append(String.format("%n%s:%n", group.title));
          for (CommandLine command : commands) {
            String[] description = command.getCommandSpec().usageMessage().description();
            String first = description.length == 0 ? "" : description[0];
            text.append(String.format("  %-10s  %s%n", command.getCommandName(), first));
          }
        });
    return text.toString();
  }
}
