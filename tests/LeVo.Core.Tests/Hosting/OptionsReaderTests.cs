using LeVo.Core.Generation;
using LeVo.Core.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeVo.Core.Tests.Hosting;

/// <summary>Options from the configuration.</summary>
public sealed class OptionsReaderTests
{
    /// <summary>Every setting, with a value that is not its default.</summary>
    private static readonly Dictionary<string, string> All = new()
    {
        ["ModelPath"] = ".",
        ["ExtraRoot"] = ".",
        ["device"] = "cuda:1",
        ["BACKEND"] = "cpu",
        ["Precision"] = "Int4",
        ["KvCachePrecision"] = "int8",
        ["CodecPrecision"] = "bfloat16",
        ["Threads"] = "3",
        ["MaxConcurrentSongs"] = "2",
        ["Residency"] = "oneAtATime",
        ["PromptCacheFolder"] = "prompts",
        ["Adapters:0:Path"] = "one",
        ["Adapters:1:path"] = "two",
        ["adapters:1:Scale"] = "-0.5",
        ["Generation:Temperature"] = "0.7",
        ["Generation:TopK"] = "5",
        ["Generation:TopP"] = "0.5",
        ["Generation:Guidance"] = "-1e-1",
        ["Generation:PenalizeRepetition"] = "False",
        ["Generation:RepetitionWindow"] = "9",
        ["Generation:RepetitionPenalty"] = "1.5",
        ["generation:UseSampling"] = "true",
    };

    [Theory]
    [InlineData(ModelBackend.Cpu, "cpu", ModelPrecision.Int8)]
    [InlineData(ModelBackend.Torch, "cpu", ModelPrecision.Float32)]
    [InlineData(ModelBackend.Torch, "mps", ModelPrecision.Float32)]
    [InlineData(ModelBackend.Torch, "cuda:1", ModelPrecision.Float16)]
    public void TheDefaultPrecisionIsThatOfBackendAndDevice(ModelBackend backend, string device, ModelPrecision expected) =>
        Assert.Equal(expected, new LeVoOptions { Backend = backend, Device = device }.EffectivePrecision);

    [Fact]
    public void EverySettingIsRead()
    {
        var options = new LeVoOptions();
        Assert.Empty(OptionsReader.Read(Section(All), options));
        Assert.Equal((".", ".", "cuda:1"), (options.ModelPath, options.ExtraRoot, options.Device));
        Assert.Equal((ModelBackend.Cpu, ModelPrecision.Int4), (options.Backend, options.Precision!.Value));
        Assert.Equal(ModelPrecision.Int8, options.KvCachePrecision);
        Assert.Equal(ModelPrecision.BFloat16, options.CodecPrecision);
        Assert.Equal((3, 2), (options.Threads!.Value, options.MaxConcurrentSongs!.Value));
        Assert.Equal((ModelResidency.OneAtATime, "prompts"), (options.Residency, options.PromptCacheFolder));
        Assert.Equal([new("one"), new("two", -0.5)], options.Adapters);
        Assert.Equal(new()
        {
            Temperature = 0.7,
            TopK = 5,
            TopP = 0.5,
            Guidance = -0.1,
            PenalizeRepetition = false,
            RepetitionWindow = 9,
            RepetitionPenalty = 1.5,
            UseSampling = true,
        }, options.Generation);
        // A setting that is added to the options is added to the reader, too.
        HashSet<string> read = new(All.Keys.Select(key => key.Split(':')[^1]), StringComparer.OrdinalIgnoreCase) { "Generation", "Adapters" };
        Assert.Empty(typeof(LeVoOptions).GetProperties().Concat(typeof(GenerationOptions).GetProperties())
            .Select(property => property.Name).Except(read, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void WhatIsNotSetStaysAsItIs()
    {
        var options = new LeVoOptions { Device = "mps", Threads = 4, Generation = new() { TopK = 3 } };
        Assert.Empty(OptionsReader.Read(
            Section(new() { ["ModelPath"] = "x", ["Threads"] = "", ["Generation:TopP"] = "1" }), options));
        Assert.Equal(("x", "mps", 4), (options.ModelPath, options.Device, options.Threads!.Value));
        Assert.Equal(new() { TopK = 3, TopP = 1 }, options.Generation);
    }

    [Theory]
    [InlineData("ModelPth", "a", "LeVo:ModelPth is no setting; there are ModelPath, ExtraRoot,")]
    [InlineData("Generation:TopQ", "1", "LeVo:Generation:TopQ is no setting; there are Temperature, TopK,")]
    [InlineData("Generation", "warm", "LeVo:Generation is 'warm'; it must be a section.")]
    [InlineData("Device:Name", "cpu", "LeVo:Device is a section; it must be a value.")]
    [InlineData("Threads", "many", "LeVo:Threads is 'many'; it must be an integer.")]
    [InlineData("Threads", "1.5", "LeVo:Threads is '1.5'; it must be an integer.")]
    [InlineData("Generation:TopP", "0,5", "LeVo:Generation:TopP is '0,5'; it must be a number.")]
    [InlineData("Generation:UseSampling", "yes", "LeVo:Generation:UseSampling is 'yes'; it must be true or false.")]
    [InlineData("Backend", "1", "LeVo:Backend is '1'; it must be Torch or Cpu.")]
    public void AFaultIsToldWithItsPath(string key, string value, string expected)
    {
        var services = new ServiceCollection();
        services.AddLeVo("one", Section(new() { ["ModelPath"] = ".", [key] = value }));
        using ServiceProvider provider = services.BuildServiceProvider();
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.StartsWith(expected, Assert.Single(refused.Failures));
    }

    [Fact]
    public void AllFaultsAreToldAtOnce()
    {
        var services = new ServiceCollection();
        services.AddLeVo(Section(new() { ["Threads"] = "0", ["Device"] = "gpu", ["Generation:TopP"] = "x", ["Colour"] = "red" }));
        using ServiceProvider provider = services.BuildServiceProvider();
        string[] failures = [.. Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IOptions<LeVoOptions>>().Value).Failures];
        Assert.Equal(5, failures.Length);
        foreach (string part in (string[])["ModelPath is not set", "Device is 'gpu'", "Threads is 0", "TopP is 'x'", "LeVo:Colour"])
            Assert.Contains(failures, failure => failure.Contains(part));
    }

    [Fact]
    public void AMissingSectionAndAWholeConfigurationAreTold()
    {
        IConfigurationRoot root = Root(new() { ["LeVo:ModelPath"] = ".", ["Logging:Level"] = "Warning", ["Urls"] = "x" });
        Assert.Contains("no section 'LeVoo'", Assert.Single(OptionsReader.Read(root.GetSection("LeVoo"), new())));
        Assert.Contains("GetSection(\"LeVo\")", Assert.Single(OptionsReader.Read(root, new())));
        Assert.Empty(OptionsReader.Read(Root(new() { ["ModelPath"] = "." }), new()));
    }

    private static IConfigurationSection Section(Dictionary<string, string> values) =>
        Root(values.ToDictionary(pair => "LeVo:" + pair.Key, pair => pair.Value)).GetSection("LeVo");

    private static IConfigurationRoot Root(Dictionary<string, string> values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
}
