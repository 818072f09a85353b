using System.Globalization;
using LeVo.Core.IO;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace LeVo.Core.Configuration;

/// <summary>
/// A YAML file whose strings may contain the interpolations <c>${key.path}</c>, <c>${eval:arithmetic}</c> and
/// <c>${load_yaml:path}</c>, nested to any depth. An interpolation is resolved when its value is read, so that unused
/// keys may contain unsupported ones.
/// </summary>
internal sealed class YamlConfig
{
    private const long MaxBytes = 1 << 22;
    private const int MaxNesting = 64;
    private const int MaxTextLength = 1 << 14;
    private const int MaxInterpolations = 256;
    private const int MaxFiles = 4;
    private readonly Func<string, string> locate;
    private readonly int depth;
    private readonly Dictionary<YamlNode, ConfigValue> resolved = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<YamlNode> inProgress = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    private YamlConfig(string path, YamlNode root, Func<string, string> locate, int depth)
    {
        Path = path;
        (this.locate, this.depth) = (locate, depth);
        Root = new(this, "", root);
    }

    public string Path { get; }

    public ConfigValue Root { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="locate">Resolves a path given to <c>load_yaml</c>; throws an <see cref="IOException"/> when the
    /// file is not found.</param>
    /// <exception cref="InvalidDataException">The content is not valid YAML; the message contains the
    /// line.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static YamlConfig Load(string path, Func<string, string> locate) => Load(path, locate, 0);

    /// <summary>Parses a YAML text; <paramref name="path"/> is used in error messages only.</summary>
    /// <exception cref="InvalidDataException">The content is not valid YAML; the message contains the
    /// line.</exception>
    public static YamlConfig Parse(string path, string text, Func<string, string> locate) =>
        Parse(path, text, locate, 0);

    /// <summary>
    /// The keys that have not been read; a mapping is listed as one key when none of its keys has been read.
    /// </summary>
    public IEnumerable<string> UnreadKeys() => Unread(Root, 0);

    internal void MarkRead(string key) => read.Add(key);

    /// <summary>
    /// Resolves the interpolations of a value; a value without <c>${...}</c> is returned unchanged.
    /// </summary>
    internal ConfigValue Resolve(ConfigValue value)
    {
        if (value.Node is not YamlScalarNode { Value: { } text } || !text.Contains("${", StringComparison.Ordinal))
            return value;
        if (resolved.TryGetValue(value.Node, out ConfigValue? known))
            return known;
        if (inProgress.Count >= MaxNesting || !inProgress.Add(value.Node))
            throw value.Error($"refers to itself or is nested too deeply ('{text}')");
        try
        {
            return resolved[value.Node] = Interpolate(value, text);
        }
        finally
        {
            inProgress.Remove(value.Node);
        }
    }

    /// <summary>Innermost first, so that ${eval:${a}*${b}} becomes ${eval:3*4}.</summary>
    private ConfigValue Interpolate(ConfigValue owner, string text)
    {
        for (int count = 0; text.LastIndexOf("${", StringComparison.Ordinal) is int start and >= 0; count++)
        {
            int end = text.IndexOf('}', start);
            if (end < 0)
                throw owner.Error($"lacks a closing brace in '{text}'");
            ConfigValue value = Reference(owner, text[(start + 2)..end].Trim());
            if (start == 0 && end == text.Length - 1)
                return Resolve(value);
            text = text[..start] + value.Text + text[(end + 1)..];
            if (text.Length > MaxTextLength || count > MaxInterpolations)
                throw owner.Error("becomes too long");
        }
        return owner.WithText(text);
    }

    private ConfigValue Reference(ConfigValue owner, string expression)
    {
        int colon = expression.IndexOf(':');
        string resolver = colon < 0 ? "" : expression[..colon];
        switch (resolver)
        {
            case "":
                return expression.Split('.').Aggregate(Root, (at, key) => at[key] is { IsNull: false } next
                    ? next
                    : throw owner.Error($"refers to '{expression}', which does not exist"));
            case "eval":
                try
                {
                    double value = Arithmetic.Evaluate(expression[5..]);
                    return owner.WithText(value.ToString("R", CultureInfo.InvariantCulture));
                }
                catch (FormatException e)
                {
                    throw owner.Error(e.Message);
                }
            case "load_yaml":
                try
                {
                    return depth < MaxFiles
                        ? Load(locate(expression[10..].Trim()), locate, depth + 1).Root
                        : throw owner.Error("loads files that are nested too deeply");
                }
                catch (IOException e)
                {
                    throw owner.Error(e.Message, e);
                }
            default:
                throw owner.Error($"uses '${{{resolver}:}}', which is not supported");
        }
    }

    private IEnumerable<string> Unread(ConfigValue value, int level)
    {
        foreach (string key in level < MaxNesting && value.Node is YamlMappingNode ? value.Keys : [])
        {
            ConfigValue item = value.Peek(key)!;
            if (!read.Contains(item.Key))
                yield return item.Key;
            else
                foreach (string inner in Unread(item, level + 1))
                    yield return inner;
        }
    }

    private static YamlConfig Load(string path, Func<string, string> locate, int depth) =>
        new FileInfo(path) is { Exists: true, Length: > MaxBytes } large
            ? throw new InvalidDataException($"'{path}' has {large.Length} bytes, too many for a configuration file.")
            : ForeignContent.DescribeText(path) is { } foreign
            ? throw new InvalidDataException($"'{path}' {foreign}.")
            : Parse(path, File.ReadAllText(path), locate, depth);

    private static YamlConfig Parse(string path, string text, Func<string, string> locate, int depth)
    {
        try
        {
            CheckNesting(path, text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            YamlNode root = stream.Documents.Count > 0 ? stream.Documents[0].RootNode : new YamlMappingNode();
            return new(path, root, locate, depth);
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"'{path}', line {e.Start.Line}: {e.Message}", e);
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            // The parser throws exceptions of other types for some malformed input.
            throw new InvalidDataException($"'{path}' is not valid YAML: {e.Message}", e);
        }
    }

    // The representation model recurses where the parser doesn't: into nested nodes, and into keys, which it compares
    // and which may contain themselves.
    private static void CheckNesting(string path, string text)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<bool?>(); // per open mapping: whether a key comes next
        while (parser.MoveNext())
        {
            ParsingEvent current = parser.Current!;
            if (current is NodeEvent or AnchorAlias && open.TryPeek(out bool? key) && key is not null)
            {
                if (key.Value && current is not Scalar)
                    throw new InvalidDataException($"'{path}', line {current.Start.Line}: a key is not a string.");
                open.Push(!open.Pop());
            }
            if (current.NestingIncrease > 0)
                open.Push(current is MappingStart ? true : null);
            else if (current.NestingIncrease < 0)
                open.Pop();
            if (open.Count > MaxNesting)
                throw new InvalidDataException($"'{path}', line {current.Start.Line}: nested too deeply.");
        }
    }
}
