/* docs: what each function does, for a manual; see tmpl.h. The unit tests see
 * that every function of the engine is here, and no other; whoever prints the
 * table runs its examples, on the data that tmpl_docs_data is. */
#include "tmpl.h"

/* Examples: TEMPLATE, a tab, the text; one a line. */
/* clang-format off */
const char tmpl_docs_data[] =
    "{\"s\": \"Hello\", \"host\": \"shop.example.org\", \"i\": 42, \"f\": 2.5, \"up\": true, \"nul\": null,\n"
    " \"ports\": [80, 443, 80], \"names\": [\"b\", \"a\", \"c\"], \"map\": {\"b\": 2, \"a\": 1},\n"
    " \"hosts\": [{\"name\": \"x\", \"zone\": \"eu\", \"at\": {\"port\": 80}},\n"
    "           {\"name\": \"z\", \"zone\": \"us\"},\n"
    "           {\"name\": \"y\", \"zone\": \"eu\", \"at\": {\"port\": 81}}]}\n";

static const struct tmpl_doc docs[] = {
{"and", "value ...", TMPL_GO,
 "The first value that is empty, or else the last one. What is behind the one that decides is not evaluated.",
 "{{and .up .i}}\t42\n"
 "{{and 0 (index .ports 9)}}\t0\n"},
{"call", "function [value ...]", TMPL_GO,
 "Calls a value that is a function. Data from JSON never is one: always an error.",
 "{{call .s}}\terror calling call: non-function of type string\n"},
{"eq", "a b ...", TMPL_GO,
 "Is a equal to b, or to any of the values behind it? Both must be of one kind: an int is not comparable with a float64 "
 "or a string. Lists and maps are not comparable, but with nil.",
 "{{eq .i 42}} {{eq .s \"a\" \"Hello\"}} {{eq .nul nil}}\ttrue true true\n"
 "{{eq .i 42.0}}\terror calling eq: incompatible types for comparison\n"},
{"ge", "a b", TMPL_GO, "Is a greater than b or equal to it?", "{{ge 2 1}} {{ge \"b\" \"a\"}}\ttrue true\n"},
{"gt", "a b", TMPL_GO, "Is a greater than b?", "{{gt .f 2.0}}\ttrue\n"},
{"html", "value ...", TMPL_GO, "The text that print gives, escaped for HTML.", "{{html \"<a & b>\"}}\t&lt;a &amp; b&gt;\n"},
{"index", "value [index ...]", TMPL_GO,
 "The element of a list, counted from 0, or of a map, at the first index; the element of that at the second, and so on. "
 "What a map does not have is no value; beyond the end of a list is an error. Of a string it gives a byte, as a number.",
 "{{index .ports 1}} {{index .map \"b\"}} {{index .hosts 0 \"at\" \"port\"}}\t443 2 80\n"
 "{{index .ports 3}}\terror calling index: reflect: slice index out of range\n"},
{"js", "value ...", TMPL_GO, "The text that print gives, escaped for JavaScript.", "{{js \"it's\"}}\tit\\'s\n"},
{"le", "a b", TMPL_GO, "Is a less than b or equal to it?", "{{le 1 1}}\ttrue\n"},
{"len", "value", TMPL_GO, "The number of elements of a list or map, or of bytes of a string.", "{{len .ports}} {{len .s}}\t3 5\n"},
{"lt", "a b", TMPL_GO,
 "Is a less than b? Both are ints, both float64, or both strings, which compare by their bytes.",
 "{{lt 1 2}}\ttrue\n{{lt 1 2.5}}\terror calling lt: incompatible types for comparison\n"},
{"ne", "a b", TMPL_GO, "Is a not equal to b?", "{{ne .s \"x\"}}\ttrue\n"},
{"not", "value", TMPL_GO, "Is the value empty?", "{{not .nul}} {{not .s}}\ttrue false\n"},
{"or", "value ...", TMPL_GO,
 "The first value that is not empty, or else the last one. What is behind the one that decides is not evaluated.",
 "{{or .nul \"-\"}}\t-\n"},
{"print", "[value ...]", TMPL_GO,
 "The text of the values, with a blank between two of which neither is a string.",
 "{{print 1 2 \"a\" 3}} {{print .map}}\t1 2a3 map[a:1 b:2]\n"},
{"printf", "format [value ...]", TMPL_GO,
 "The format with its verbs replaced by the values: see below.",
 "{{printf \"%s:%d\" .host 80}} {{printf \"%05.1f|%-4s|%q\" .f \"a\" .s}}\tshop.example.org:80 002.5|a   |\"Hello\"\n"},
{"println", "[value ...]", TMPL_GO, "The values with blanks between all of them, and a line end.", "{{println 1 \"a\" | printf \"%q\"}}\t\"1 a\\n\"\n"},
{"slice", "value [from [to [max]]]", TMPL_GO,
 "The part of a list or string from the index from up to, and without, to. The indexes must be ints that the template "
 "itself has: one out of the data is an error in Go 1.19.",
 "{{slice .s 1 3}} {{slice .ports 1}}\tel [443 80]\n"},
{"urlquery", "value ...", TMPL_GO, "The text that print gives, escaped for the query of an URL.", "{{urlquery \"a b&c\"}}\ta+b%26c\n"},

{"add", "[number ...]", "sprig",
 "The sum. These functions count with ints of 64 bits: a float64 loses its fraction, true is 1, a string is read as a "
 "whole number in any notation of Go (0x1f, 010, 5.0), and what is no number counts as 0. sprig's result prints the "
 "same; its type is int64.",
 "{{add 1 2 3}} {{.i | add 1}} {{add \"0x10\" 2.9 .nul}}\t6 43 18\n"},
{"atoi", "string", "sprig", "The decimal whole number that the string is, else 0.", "{{atoi \"80\"}} {{atoi \"8x\"}}\t80 0\n"},
{"coalesce", "[value ...]", "sprig",
 "The first value that is not empty, or no value. docker-gen's takes the first that is not nil.",
 "{{coalesce .nul \"\" 0 .s}}\tHello\n"},
{"contains", "part string", "sprig, docker-gen",
 "Is the part in the string? With a map first, as in docker-gen: does the map have that key?",
 "{{contains \"shop\" .host}} {{contains .map \"a\"}}\ttrue true\n"},
{"default", "other [value]", "sprig", "The value, or the other one where the value is empty.", "{{.nul | default \"-\"}} {{default 1 .i}}\t- 42\n"},
{"dict", "[key value ...]", "sprig", "A map. A key that is no string becomes one; a last key without a value gets \"\".",
 "{{dict \"a\" 1 \"b\" .ports}}\tmap[a:1 b:[80 443 80]]\n"},
{"div", "a b", "sprig", "The quotient, without its fraction.", "{{div 7 2}} {{div -7 2}}\t3 -3\n{{div 1 0}}\terror calling div: runtime error: integer divide by zero\n"},
{"first", "list", "sprig", "The first element; of an empty list, or of nil (an error in sprig), no value.", "{{first .names}}\tb\n"},
{"get", "map key", "sprig", "The element of the map, or \"\".", "{{get .map \"a\"}} [{{get .map \"z\"}}]\t1 []\n"},
{"groupBy", "list path", "docker-gen",
 "A map: for each value at the path the list of the elements that have it; those that have none are in no group. A "
 "value that is no string becomes one (an error in docker-gen). The list may also come last, as from a pipeline.",
 "{{range $zone, $hosts := groupBy .hosts \"zone\"}}{{$zone}}={{len $hosts}};{{end}}\teu=2;us=1;\n"
 "{{keys (.hosts | groupBy \"at.port\")}}\t[80 81]\n"},
{"hasKey", "map key", "sprig", "Does the map have that key?", "{{hasKey .map \"a\"}} {{hasKey .map \"z\"}}\ttrue false\n"},
{"hasPrefix", "prefix string", "sprig", "Does the string begin so?", "{{.host | hasPrefix \"shop.\"}}\ttrue\n"},
{"hasSuffix", "suffix string", "sprig", "Does the string end so?", "{{.host | hasSuffix \".org\"}}\ttrue\n"},
{"join", "separator list", "sprig",
 "The texts of the elements with the separator between them; nil has none. What is no list is a list of one. The two "
 "may also change places.",
 "{{join \",\" .ports}} {{.names | join \"+\"}}\t80,443,80 b+a+c\n"},
{"keys", "map ...", "sprig, docker-gen", "The keys of the maps, in ascending order; there in any order.", "{{keys .map}}\t[a b]\n"},
{"last", "list", "sprig", "The last element, as first.", "{{last .names}}\tc\n"},
{"list", "[value ...]", "sprig", "A list of the values.", "{{list 1 \"a\" .nul}}\t[1 a <nil>]\n"},
{"lower", "string", "sprig", "In lower case.", "{{lower \"ÀB\"}}\tàb\n"},
{"max", "number ...", "sprig", "The greatest, as an int.", "{{max 1 \"7\" 2.9}}\t7\n"},
{"min", "number ...", "sprig", "The least, as an int.", "{{min 1 \"7\" 2.9}}\t1\n"},
{"mod", "a b", "sprig", "The rest of the division.", "{{mod 7 2}} {{mod -7 2}}\t1 -1\n"},
{"mul", "number ...", "sprig", "The product.", "{{mul 2 3}}\t6\n"},
{"parseJson", "string", "docker-gen",
 "What the JSON text says; sprig has it as mustFromJson. A number without . e E is an int (there every number is a "
 "float64), and a text that is no JSON is an error in other words.",
 "{{(parseJson \"{\\\"a\\\": [1, 2.5]}\").a}}\t[1 2.5]\n"},
{"quote", "[value ...]", "sprig",
 "The values in Go's double quotes, with blanks between; nil is left out.",
 "{{quote .s 1}}\t\"Hello\" \"1\"\n"},
{"regexMatch", "expression string", "sprig",
 "Does the regular expression match anywhere in the string? The syntax is that of Go's regexp, without \\p and \\Q; the time "
 "is linear in the string. An expression of more than 1,000 bytes or a wrong one is an error, as in sprig's mustRegexMatch.",
 "{{regexMatch \"^[a-z]+[.]\" .host}} {{regexMatch \"(?i)^hell\" .s}}\ttrue true\n"
 "{{regexMatch \"(\" .s}}\terror calling regexMatch: error parsing regexp: missing closing ): `(`\n"},
{"replace", "old new string", "sprig, docker-gen",
 "The string with every old replaced by new. With four arguments as docker-gen's: string, old, new and how often, -1 for always.",
 "{{.host | replace \".\" \"_\"}} {{replace .s \"l\" \"L\" 1}}\tshop_example_org HeLlo\n"},
{"seq", "[[first [step]] last]", "sprig", "Numbers with blanks between, as one string; at most a million.", "{{seq 3}} {{seq 2 2 6}}\t1 2 3 2 4 6\n"},
{"sha1", "string", "docker-gen", "The SHA-1 digest in hexadecimal; sprig has it as sha1sum.", "{{sha1 .s}}\tf7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0\n"},
{"sha256", "string", "sprig", "The SHA-256 digest in hexadecimal; there it is sha256sum.", "{{slice (sha256 .s) 0 8}}\t185f8db3\n"},
{"sortBy", "list [path]", "its own",
 "The list in ascending order, of its elements or of what they have at the path: nil, false, true, numbers, strings by "
 "their bytes; equal ones, and what has no order, stay as they were. The list may also come last. docker-gen's nearest "
 "is sortObjectsByKeysAsc.",
 "{{sortBy .names}} {{range .hosts | sortBy \"name\"}}{{.name}}{{end}}\t[a b c] xyz\n"},
{"split", "separator string", "sprig",
 "The list of the parts; with an empty separator, of the characters. It is sprig's splitList; its split gives a map, "
 "and docker-gen's split has the string first.",
 "{{split \".\" .host}} {{range .host | split \".\"}}{{.}};{{end}}\t[shop example org] shop;example;org;\n"},
{"sub", "a b", "sprig", "The difference.", "{{sub 5 7}}\t-2\n"},
{"ternary", "yes no condition", "sprig", "The first value if the condition, a boolean, is true, else the second.", "{{.up | ternary \"up\" \"down\"}}\tup\n"},
{"toJson", "value", "sprig", "JSON on one line; < > & are escaped, as Go does.", "{{toJson .map}}\t{\"a\":1,\"b\":2}\n"},
{"toString", "value", "sprig", "The text of the value.", "{{toString .f | printf \"%q\"}}\t\"2.5\"\n"},
{"trim", "string", "sprig, docker-gen", "Without blanks, tabs and line ends at both ends.", "[{{trim \" a \\n\"}}]\t[a]\n"},
{"trimPrefix", "prefix string", "sprig, docker-gen", "Without that beginning, if it has it.", "{{.host | trimPrefix \"shop.\"}}\texample.org\n"},
{"trimSuffix", "suffix string", "sprig, docker-gen", "Without that end, if it has it.", "{{trimSuffix \"/\" \"/api/\"}}\t/api\n"},
{"uniq", "list", "sprig", "The list without what was in it before; int 1, float64 1.0 and \"1\" differ.", "{{uniq .ports}}\t[80 443]\n"},
{"until", "number", "sprig", "The list 0, 1, 2 and so on, without the number; at most a million elements.", "{{until 3}}\t[0 1 2]\n"},
{"upper", "string", "sprig", "In upper case.", "{{upper .s}}\tHELLO\n"},
{"where", "list path value", "docker-gen",
 "The list of those elements that have that value at the path. An int is never equal to a float64. The list may also come last.",
 "{{range where .hosts \"zone\" \"eu\"}}{{.name}}{{end}} {{len (.hosts | where \"at.port\" 80)}}\txy 1\n"},
{"whereExist", "list path", "docker-gen", "The list of those elements that have a value, but nil, at the path. The list may also come last.",
 "{{range whereExist .hosts \"at\"}}{{.name}}{{end}}\txy\n"},
{NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */

const struct tmpl_doc *tmpl_docs(void)
{
	return docs;
}
