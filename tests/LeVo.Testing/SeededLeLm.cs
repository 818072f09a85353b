using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Testing;

/// <summary>A LeLM with name-seeded weights, as the goldens use it, and small enough for tests of behaviour.</summary>
internal sealed class SeededLeLm : IDisposable
{
    public SeededLeLm(LeLmConfig config, string weightPrefix = "", ScalarType dtype = ScalarType.Float32)
    {
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new NameSeededSource(weightPrefix), CPU, dtype);
        Config = config;
        Model = new(builder, new LeLmTensors(config), config);
        Parameters = builder.Build("the test's LeLM");
    }

    /// <summary>Two layers each, 24 wide, 11 codes, delays 0, 2, 2; a vocabulary of 40 tokens.</summary>
    public static LeLmConfig Tiny { get; } = new()
    {
        Width = 24,
        FeedForwardWidth = 32,
        Heads = 3,
        MixedLayers = 2,
        TrackLayers = 2,
        CodeSize = 11,
        Delays = [0, 2, 2],
        MixedRopeTheta = 100_000,
        MaxSeconds = 1,
        PromptSeconds = 1,
        FrameRate = 4,
        LyricsLength = 5,
        DescriptionLength = 3,
        PromptLength = 6,
        PromptCodeSize = 11,
        PromptNullId = 12,
        PromptRealBelow = 11,
        LyricsVocabulary = 40,
        DescriptionVocabulary = 40,
        StructureRows = 8,
        TextPadId = 0,
        StructureBase = 30,
        StructureTags = ["[verse]", "[chorus]"],
    };

    public LeLmConfig Config { get; }

    public LeLm Model { get; }

    public ParameterSet Parameters { get; }

    /// <summary>Made-up columns [batch, codebooks, columns] of valid ids.</summary>
    public Tensor Columns(string name, long batch, long columns) => tensor(
        NameSeeded.Tokens(name, batch * Config.Codebooks * columns, 0, Config.InputRows),
        [batch, Config.Codebooks, columns]);

    /// <summary>A made-up prefix.</summary>
    public ConditionPrefix Prefix(string name, long batch, long length) =>
        new(Values(name + "/1", batch, length), Values(name + "/2", batch, length));

    public void Dispose()
    {
        Model.Dispose();
        Parameters.Dispose();
    }

    private Tensor Values(string name, long batch, long length) => tensor(
        [.. NameSeeded.Uniform(name, batch * length * Config.Width).Select(v => (float)v)], [batch, length, Config.Width]);
}
