using System.Globalization;

namespace LeVo.Core.Model;

/// <summary>Sets <c>levo.codec.steps</c> and <c>levo.codec.guidance</c> in the text of a <c>config.yaml</c>; other lines stay as
/// they are.</summary>
internal static class SolverText
{
    /// <param name="yaml">The text.</param>
    /// <param name="steps">Solver steps.</param>
    /// <param name="guidance">Guidance coefficient.</param>
    /// <exception cref="InvalidDataException">A section is written in braces instead of lines.</exception>
    public static string Set(string yaml, int steps, double guidance)
    {
        List<string> lines = [.. yaml.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')];
        int levo = Section(lines, "levo", 0, lines.Count, "", lines.Count);
        int end = End(lines, levo, 0);
        string indent = ChildIndent(lines, levo, end, "  ");
        int codec = Section(lines, "codec", levo + 1, end, indent, levo + 1);
        end = End(lines, codec, indent.Length);
        string inner = ChildIndent(lines, codec, end, indent + "  ");
        for (int i = end - 1; i > codec; i--)
            if (IsKey(lines[i], inner, "steps") || IsKey(lines[i], inner, "guidance"))
                lines.RemoveAt(i);
        lines.InsertRange(codec + 1, [
            string.Create(CultureInfo.InvariantCulture, $"{inner}steps: {steps}"),
            string.Create(CultureInfo.InvariantCulture, $"{inner}guidance: {guidance}"),
        ]);
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The line of a section; one that is missing is inserted.</summary>
    private static int Section(List<string> lines, string key, int from, int to, string indent, int insertAt)
    {
        int found = lines.FindIndex(from, to - from, line => IsKey(line, indent, key));
        if (found < 0)
        {
            lines.Insert(insertAt, $"{indent}{key}:");
            return insertAt;
        }
        string value = lines[found][(indent.Length + key.Length + 1)..].Trim();
        return value.Length == 0 || value[0] == '#' ? found : throw new InvalidDataException(
            $"config.yaml, line {found + 1}: write the section '{key}' on lines of its own, without braces, so that settings can be added.");
    }

    private static bool IsKey(string line, string indent, string key) =>
        line.StartsWith($"{indent}{key}:", StringComparison.Ordinal);

    /// <summary>The first line behind a section whose key is so far indented.</summary>
    private static int End(List<string> lines, int section, int indent)
    {
        int end = lines.FindIndex(section + 1, line => HasContent(line) && Indent(line) <= indent);
        return end < 0 ? lines.Count : end;
    }

    private static string ChildIndent(List<string> lines, int section, int end, string absent)
    {
        string? first = lines.Skip(section + 1).Take(end - section - 1).FirstOrDefault(HasContent);
        return first is null ? absent : first[..Indent(first)];
    }

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    private static bool HasContent(string line) => line.TrimStart() is { Length: > 0 } text && text[0] != '#';
}
