using LeVo.Core.Configuration;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class YamlConfigTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("1+2*3", 7)]
    [InlineData("(1+2)*3", 9)]
    [InlineData("10*25+2", 252)]
    [InlineData(" 2 ** 3 ** 2 ", 512)]
    [InlineData("-2**2", -4)]
    [InlineData("2**-1", 0.5)]
    [InlineData("7//2 + -7//2", -1)]
    [InlineData("-7 % 3", 2)]
    [InlineData("7/2", 3.5)]
    [InlineData("1e3 - 1.5E-1", 999.85)]
    [InlineData("- - 3", 3)]
    public void ArithmeticFollowsPython(string text, double expected) =>
        Assert.Equal(expected, Arithmetic.Evaluate(text), 12);

    [Theory]
    [InlineData("")]
    [InlineData("1+")]
    [InlineData("(1")]
    [InlineData("1)")]
    [InlineData("1/0")]
    [InlineData("__import__('os')")]
    [InlineData("abs(1)")]
    [InlineData("1 2")]
    [InlineData("9**999999")]
    public void OtherTextsAreNoArithmetic(string text) =>
        Assert.Throws<FormatException>(() => Arithmetic.Evaluate(text));

    [Fact]
    public void ArithmeticIsNotNestedWithoutEnd() => Assert.Throws<FormatException>(() =>
        Arithmetic.Evaluate(new string('(', 100_000) + "1" + new string(')', 100_000)));

    [Fact]
    public void InterpolationsNest()
    {
        File.WriteAllText(folder["list.yaml"], "- '[a]'\n- b\n");
        ConfigValue root = Parse("""
            seconds: 10
            rate: 25
            which: rate
            sizes: { code: 64 }
            frames: ${eval:${seconds}*${rate}+2}
            chosen: ${${which}}
            code: ${sizes.code}
            alias: ${sizes}
            text: ${seconds} s at ${rate} Hz
            list: ${load_yaml:${name}}
            name: list.yaml
            plain: $5 {not} one
            """);
        Assert.Equal(252, root["frames"]!.Integer);
        Assert.Equal(25, root["chosen"]!.Integer);
        Assert.Equal(64, root["code"]!.Integer);
        Assert.Equal(64, root.At("alias.code")!.Integer);
        Assert.Equal("10 s at 25 Hz", root["text"]!.Text);
        Assert.Equal(["[a]", "b"], root["list"]!.Items.Select(item => item.Text));
        Assert.Equal("$5 {not} one", root["plain"]!.Text);
    }

    [Theory]
    [InlineData("a: ${b}\nb: ${a}", "itself")]
    [InlineData("a: ${a}", "itself")]
    [InlineData("a: x${a}", "itself")]
    [InlineData("\na: ${b.c}\nb: {d: 1}", "line 2: 'a' refers to 'b.c'")]
    [InlineData("a: ${eval:1+}", "line 1: 'a' '1+' is not an arithmetic")]
    [InlineData("a: ${oc.env:HOME}", "'${oc.env:}'")]
    [InlineData("a: ${b", "closing brace")]
    [InlineData("a: ${load_yaml:absent.yaml}", "absent.yaml")]
    [InlineData("a: [1, 2]", "is not a string")]
    [InlineData("a: ~", "is not a string", true)]
    public void BrokenValuesNameFileLineAndKey(string yaml, string mention, bool plain = false)
    {
        ConfigValue root = Parse(yaml);
        string message = plain
            ? Assert.Throws<InvalidDataException>(() => root.Required("a")).Message
            : Assert.Throws<InvalidDataException>(() => root["a"]!.Text).Message;
        Assert.Contains(plain ? "has no key 'a'" : mention, message);
        Assert.Contains("test.yaml", message);
    }

    [Theory]
    [InlineData("a: b: c", "line 1")]
    [InlineData("a: 1\na: 2", "line 2")]
    [InlineData("a: [", "line")]
    public void WhatIsNoYamlIsNamedByItsLine(string yaml, string mention) =>
        Assert.Contains(mention, Assert.Throws<InvalidDataException>(() => Parse(yaml)).Message);

    [Fact]
    public void HostileFilesEndInErrors()
    {
        Assert.Throws<InvalidDataException>(() => Parse("a: " + new string('[', 200_000)));
        var laughs = string.Concat(Enumerable.Range(1, 60).Select(i => $"x{i}: ${{x{i - 1}}}${{x{i - 1}}}\n"));
        Assert.Throws<InvalidDataException>(() => Parse("x0: haha\n" + laughs)["x60"]!.Text);
        string chain = string.Concat(Enumerable.Range(1, 5000).Select(i => $"x{i}: ${{x{i - 1}}}\n"));
        Assert.Throws<InvalidDataException>(() => Parse("x0: 1\n" + chain)["x5000"]!.Text);
        File.WriteAllText(folder["self.yaml"], "${load_yaml:self.yaml}");
        Assert.Throws<InvalidDataException>(() => Parse("a: ${load_yaml:self.yaml}")["a"]!.Text);
        File.WriteAllText(folder["ring.yaml"], "a: ${load_yaml:ring.yaml}");
        Assert.Throws<InvalidDataException>(() => Parse("a: ${load_yaml:ring.yaml}").At("a.a.a.a.a.a.a.a"));
    }

    [Fact]
    public void KeysThatNobodyAskedForAreListed()
    {
        YamlConfig config = YamlConfig.Parse("test.yaml", "a: 1\nb: {c: 1, d: 2}\ne: {f: 3}\ng: ${a}\n", Locate);
        Assert.Equal(1, config.Root.At("b.c")!.Integer);
        Assert.Equal(1, config.Root.At("g")!.Integer);
        Assert.Equal(["b.d", "e"], config.UnreadKeys());
    }

    private ConfigValue Parse(string yaml) => YamlConfig.Parse(folder["test.yaml"], yaml, Locate).Root;

    private string Locate(string name) =>
        File.Exists(folder[name]) ? folder[name] : throw new FileNotFoundException($"'{name}' is not there");
}
