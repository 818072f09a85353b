using System.Text.Json;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

/// <summary>
/// Files quantised by GGML itself, against the decoded values and against the original model's logits with them. The
/// files have no conditions: those of the model are made up, and not used.
/// </summary>
[Trait("Category", "Golden")]
public sealed class GgufGoldenTests
{
    private const double ValueTolerance = 1e-6, LogitTolerance = 1e-3;
    private const string Values = "values:";

    public static TheoryData<string> Files =>
    [
        .. Golden.Files.Where(GgufHeader.Is).Select(path => Path.ChangeExtension(path, ".safetensors"))
            .Where(path => File.Exists(Golden.Full(path))),
    ];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void ValuesAndLogitsAgree(string relative)
    {
        using var golden = new GoldenTensors(relative);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        string path = Golden.Full(Path.Combine(Path.GetDirectoryName(relative)!, golden.Metadata["file"]));
        using Checkpoint file = Checkpoint.Open(path);
        GgufHeader header = GgufHeader.Read(path);

        foreach (string name in golden.Names.Where(name => name.StartsWith(Values, StringComparison.Ordinal)))
        {
            string theirs = name[Values.Length..];
            Tensor values = file.Load(GgufNames.Find("levo2", theirs)!.Value.Name).flatten();
            golden.Compare(name, values[..(int)Math.Min(1024, values.numel())], ValueTolerance);
        }
        LeLmConfig config = new GgufLeLmConfig(header, new()).Read();
        CheckSizes(golden.Metadata["config"], config);
        config = config with { LyricsVocabulary = 2, DescriptionVocabulary = 2, StructureRows = 2, TextPadId = 0 };
        var builder = new ParameterBuilder(new WithMadeUpConditions(file), CPU);
        using var model = new LeLm(builder, new LeLmTensors(config), config);
        using ParameterSet parameters = builder.Build(relative);
        golden.Compare("logits", model.Forward(golden.Read("ids")).Logits, LogitTolerance);
        golden.Complete();
    }

    private static void CheckSizes(string json, LeLmConfig config)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement lm = document.RootElement.GetProperty("lm");
        Assert.Equal(
            ((string[])["dim", "intermediate_size", "num_heads", "num_layers", "num_layers_sub", "code_depth", "code_size"])
                .Select(key => lm.GetProperty(key).GetInt32()),
            [config.Width, config.FeedForwardWidth, config.Heads, config.MixedLayers, config.TrackLayers, config.Codebooks,
                config.CodeSize]);
        Assert.Equal(lm.GetProperty("rope_theta").GetSingle(), config.MixedRopeTheta);
        Assert.Equal(lm.GetProperty("rope_theta_sub").GetSingle(), config.TrackRopeTheta);
        Assert.Equal(document.RootElement.GetProperty("codebooks_pattern").GetProperty("delay").GetProperty("delays")
            .EnumerateArray().Select(delay => delay.GetInt32()), config.Delays);
    }

    private sealed class WithMadeUpConditions(Checkpoint file) : ITensorSource
    {
        private readonly CheckpointTensorSource stored = new(file);

        public Tensor? Find(Listings.TensorInfo tensor) => stored.Find(tensor)
            ?? (tensor.Name.StartsWith("condition_provider", StringComparison.Ordinal) ? zeros(tensor.Shape) : null);
    }
}
