// Commands against a running gateway, through its API: messages, show, find, redeliver, reprocess, resubmit, statement,
// exceptions, apply. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>

#include "gateway/api/client.hpp"
#include "gateway/cli/command.hpp"

namespace crossdock::cli {
namespace {

namespace json = boost::json;

struct Remote {
  std::string data, url, token, id, reason, day, partner;
  api::Client::Parameters filters;
};
using RemotePtr = std::shared_ptr<Remote>;

Result<api::ClientSettings> settings_of(const Remote& remote) {
  api::ClientSettings settings;
  if (!remote.url.empty()) {
    settings.url = remote.url;
    settings.token = remote.token;
    if (const char* given = std::getenv("CROSSDOCK_TOKEN"); settings.token.empty() && given != nullptr)
      settings.token = given;
    return settings;
  }
  if (remote.data.empty())
    return fail(Code::usage_wrong,
                "say --data DIR (a gateway on this machine) or --url URL with --token or CROSSDOCK_TOKEN");
  return api::find_local_gateway(remote.data);
}

/// A value for a terminal: what partners named with control characters must not move the cursor.
std::string text_of(const json::value& value) {
  if (value.is_null()) return "-";
  if (!value.is_string()) return json::serialize(value);
  std::string out;
  for (const char c : value.get_string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      out += c;
      continue;
    }
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
    out += escaped;
  }
  return out;
}

/// Members of a JSON object, one a line; nested objects and lists indented.
void print_tree(const json::value& value, int depth) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      const bool nested = (member.value().is_object() && !member.value().get_object().empty()) ||
                          (member.value().is_array() && !member.value().get_array().empty());
      std::printf("%s%s:%s%s\n", indent.c_str(), std::string(member.key()).c_str(), nested ? "" : " ",
                  nested ? "" : text_of(member.value()).c_str());
      if (nested) print_tree(member.value(), depth + 1);
    }
  } else if (const auto* array = value.if_array()) {
    for (const json::value& item : *array) {
      if (item.is_structured()) {
        std::printf("%s-\n", indent.c_str());
        print_tree(item, depth + 1);
      } else {
        std::printf("%s- %s\n", indent.c_str(), text_of(item).c_str());
      }
    }
  } else {
    std::printf("%s%s\n", indent.c_str(), text_of(value).c_str());
  }
}

/// A list of objects as a table of the columns named.
void print_table(const json::value& answer, const std::vector<std::string>& columns) {
  const json::array* items = answer.is_array() ? answer.if_array() : nullptr;
  if (const auto* object = answer.if_object())
    if (const auto* list = object->if_contains("items")) items = list->if_array();
  if (items == nullptr) return print_tree(answer, 0);
  std::vector<std::size_t> widths;
  std::vector<std::vector<std::string>> rows{columns};
  for (const json::value& item : *items) {
    std::vector<std::string> row;
    for (const std::string& column : columns) {
      const auto* object = item.if_object();
      const auto* value = object == nullptr ? nullptr : object->if_contains(column);
      row.push_back(value == nullptr ? "-" : text_of(*value));
    }
    rows.push_back(std::move(row));
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row[c].size());
    widths.push_back(width);
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += row[c] + std::string(widths[c] - row[c].size() + 2, ' ');
    std::printf("%s\n", line.substr(0, line.find_last_not_of(' ') + 1).c_str());
  }
  if (const auto* object = answer.if_object())
    if (const auto* next = object->if_contains("next"); next != nullptr && next->is_string())
      std::fprintf(stderr, "there are more: --cursor %s\n", next->get_string().c_str());
}

std::string number_of(const json::object& unit, std::string_view key) {
  const json::value* value = unit.if_contains(key);
  return value == nullptr ? std::string("-") : text_of(*value);
}

/// The books for people: a column a unit, a line a state.
void print_books(const json::value& answer) {
  const auto* object = answer.if_object();
  const auto* list = object == nullptr ? nullptr : object->if_contains("units");
  const auto* units = list == nullptr ? nullptr : list->if_array();
  if (units == nullptr || units->empty()) return print_tree(answer, 0);
  const auto line = [&](const char* title, const auto& cell) {
    std::printf("%-14s", title);
    for (const json::value& unit : *units)
      if (const auto* of = unit.if_object()) std::printf(" %12s", cell(*of).c_str());
    std::printf("\n");
  };
  const std::string day = number_of(*object, "day");
  std::printf("%s: the books %s\n", day == "-" ? "all days" : day.c_str(),
              number_of(*object, "balanced") == "true" ? "balance" : "DO NOT BALANCE");
  line("", [](const json::object& unit) { return number_of(unit, "unit"); });
  line("entered", [](const json::object& unit) { return number_of(unit, "entered"); });
  const auto* first = units->front().if_object();
  const auto* states = first == nullptr ? nullptr : first->if_contains("states");
  if (states != nullptr && states->is_object())
    for (const auto& state : states->get_object())
      line(("  " + std::string(state.key())).c_str(), [&](const json::object& unit) {
        const auto* of = unit.if_contains("states");
        return of != nullptr && of->is_object() ? number_of(of->get_object(), state.key()) : std::string("-");
      });
  line("standing", [](const json::object& unit) { return number_of(unit, "standing"); });
  line("balanced",
       [](const json::object& unit) { return std::string(number_of(unit, "balanced") == "true" ? "yes" : "NO"); });
}

int print_answer(const Common& common, const Result<api::ApiAnswer>& answer, const std::vector<std::string>& columns) {
  if (!answer) return report_error(answer.error());
  if (common.json) {
    std::printf("%s\n", answer->body.c_str());
    return fine;
  }
  json::error_code error;
  const json::value parsed = json::parse(answer->body, error);
  if (error)
    std::printf("%s\n", answer->body.c_str());
  else if (columns.empty())
    print_tree(parsed, 0);
  else
    print_table(parsed, columns);
  return fine;
}

int get(const Common& common, const Remote& remote, const std::string& path, const api::Client::Parameters& parameters,
        const std::vector<std::string>& columns) {
  auto settings = settings_of(remote);
  if (!settings) return report_error(settings.error());
  api::Client client(*settings);
  return print_answer(common, client.get(path, parameters), columns);
}

int post(const Common& common, const Remote& remote, const std::string& path) {
  auto settings = settings_of(remote);
  if (!settings) return report_error(settings.error());
  api::Client client(*settings);
  return print_answer(common, client.post(path, {}, {"X-Reason: " + remote.reason}), {});
}

/// A message, else a delivery, else an event: whatever id is at hand.
int show_any(const Common& common, const Remote& remote) {
  auto settings = settings_of(remote);
  if (!settings) return report_error(settings.error());
  api::Client client(*settings);
  auto answer = client.get("/api/v1/messages/" + api::path_segment(remote.id));
  for (const char* other : {"/api/v1/deliveries/", "/api/v1/events/"}) {
    if (answer || answer.error().code != Code::api_not_found) break;
    if (auto found = client.get(other + api::path_segment(remote.id)); found) answer = std::move(found);
  }
  return print_answer(common, answer, {});
}

/// True only when every unit's line says so: what `statement` and `books` answer.
bool is_balanced(const json::value& answer) {
  if (const auto* object = answer.if_object()) {
    if (const auto* flag = object->if_contains("balanced"); flag != nullptr && flag->is_bool() && !flag->get_bool())
      return false;
    for (const auto& member : *object)
      if (!is_balanced(member.value())) return false;
  }
  if (const auto* array = answer.if_array())
    for (const json::value& item : *array)
      if (!is_balanced(item)) return false;
  return true;
}

int statement(const Common& common, const Remote& remote) {
  auto settings = settings_of(remote);
  if (!settings) return report_error(settings.error());
  api::Client client(*settings);
  auto answer =
      remote.day.empty() ? client.get("/api/v1/books") : client.get("/api/v1/statement", {{"day", remote.day}});
  if (!answer || common.json)
    if (const int code = print_answer(common, answer, {}); code != fine) return code;
  json::error_code error;
  const json::value parsed = json::parse(answer->body, error);
  if (!common.json) print_books(parsed);
  return !error && is_balanced(parsed) ? fine : found;
}

CLI::App* remote_command(CLI::App& app, const std::string& name, const std::string& description,
                         const RemotePtr& remote) {
  auto* command = app.add_subcommand(name, description);
  command->add_option("--data", remote->data, "Data folder of a gateway on this machine: finds its address and token");
  command->add_option("--url", remote->url, "Address of the gateway, such as http://127.0.0.1:8080");
  command->add_option("--token", remote->token, "Bearer token (better: the environment variable CROSSDOCK_TOKEN)");
  return command;
}

void add_change(CLI::App& app, Common& common, const std::string& name, const std::string& description,
                const std::string& before, const std::string& after) {
  auto remote = std::make_shared<Remote>();
  auto* command = remote_command(app, name, description, remote);
  command->add_option("ID", remote->id, before == "deliveries" ? "Id of the delivery" : "Id of the message")
      ->required();
  command->add_option("--reason", remote->reason, "Why: kept with the record")
      ->required()
      ->check([](const std::string& text) -> std::string {
        return text.find_first_not_of(" \t\r\n") == std::string::npos ? "is empty: say why, it is kept with the record"
                                                                      : "";
      });
  command->callback([&common, remote, before, after] {
    common.exit_code = post(common, *remote, "/api/v1/" + before + "/" + api::path_segment(remote->id) + "/" + after);
  });
}

std::string help_of(const std::string& filter) {
  if (filter == "limit") return "Lines of a page, 1 to 500 (default 50)";
  if (filter == "cursor") return "The page after: what `there are more` said";
  if (filter == "since") return "Received at or after, RFC 3339";
  if (filter == "until") return "Received before, RFC 3339";
  if (filter == "text") return "Part of file name, external id, reason or detail";
  return "Only this " + filter;
}

void add_list(CLI::App& app, Common& common, const std::string& name, const std::string& description,
              const std::vector<std::string>& filters, const std::vector<std::string>& columns) {
  auto remote = std::make_shared<Remote>();
  auto* command = remote_command(app, name, description, remote);
  for (const std::string& filter : filters) remote->filters.emplace_back(filter, std::string());
  for (auto& [filter, value] : remote->filters) command->add_option("--" + filter, value, help_of(filter));
  command->callback([&common, remote, name, columns] {
    common.exit_code = get(common, *remote, "/api/v1/" + name, remote->filters, columns);
  });
}

}  // namespace

void add_remote(CLI::App& app, Common& common) {
  add_list(app, common, "messages", "Messages, newest first",
           {"partner", "state", "direction", "channel", "validation", "delivery", "acknowledgement", "since", "until",
            "text", "limit", "cursor"},
           {"received_at", "id", "direction", "channel", "partner", "file_name", "state", "validation", "delivery",
            "acknowledgement", "effect"});
  add_list(app, common, "parked", "What waits for a person", {"limit", "cursor"},
           {"since", "kind", "id", "reason", "detail"});
  add_list(app, common, "exceptions", "Alarms raised by the program", {"limit", "cursor"},
           {"since", "code", "subject", "detail", "closed_at"});
  add_list(app, common, "deliveries", "Deliveries, newest first", {"target", "state", "limit", "cursor"},
           {"created_at", "id", "target", "event_type", "lane", "state", "attempt_count", "reason", "detail"});
  auto show = std::make_shared<Remote>();
  auto* show_command = remote_command(
      app, "show", "One message with all that hangs on it; a delivery with its attempts; an event", show);
  show_command->add_option("ID", show->id, "Id of a message, a delivery or an event")->required();
  show_command->callback([&common, show] { common.exit_code = show_any(common, *show); });
  auto search = std::make_shared<Remote>();
  auto* find_command =
      remote_command(app, "find", "Anything: ids, control numbers, shipments, references, file names", search);
  find_command->add_option("ANYTHING", search->id, "An id, a control number, a shipment, a reference, a file name")
      ->required();
  find_command->callback([&common, search] {
    common.exit_code =
        get(common, *search, "/api/v1/find", {{"q", search->id}}, {"at", "kind", "id", "message_id", "what"});
  });
  auto books = std::make_shared<Remote>();
  auto* statement_command = remote_command(app, "statement", "The books: exit 1 when they do not balance", books);
  statement_command->add_option("--day", books->day, "One UTC day, such as 2026-05-18; without it all days together");
  statement_command->callback([&common, books] { common.exit_code = statement(common, *books); });
  add_change(app, common, "reprocess", "Same bytes through today's rules", "messages", "reprocess");
  add_change(app, common, "resubmit", "Same bytes as a new message", "messages", "resubmit");
  add_change(app, common, "redeliver", "Same event, same target; an EDI target gets the stored bytes", "deliveries",
             "redeliver");
  add_change(app, common, "re-issue", "The same sets under new control numbers, linked to the old", "deliveries",
             "re-issue");
}

}  // namespace crossdock::cli
