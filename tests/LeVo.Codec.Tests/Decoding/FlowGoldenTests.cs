using System.Text.Json.Nodes;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Quantization;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

[Trait("Category", "Golden")]
public sealed class FlowGoldenTests
{
    public static TheoryData<string> Files => CodecGolden.Files("05_flow");

    public static TheoryData<string> FullWidthFiles => CodecGolden.Files("10_fullwidth");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void SolvesWindows(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        JsonObject model = golden.Json("model");
        foreach ((string layout, JsonNode? cases) in golden.Config)
        {
            using var scope = NewDisposeScope();
            var codec = new Codec(golden, model, layout);
            using ParameterSet parameters = codec.Parameters;
            foreach ((string name, JsonNode? entry) in cases!.AsObject())
                CheckCase(golden, codec, $"{layout}.{name}", entry!.AsObject(), fullWidth: false);
        }
        golden.Finish();
    }

    /// <summary>True widths with one block: a gigabyte for a moment.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(FullWidthFiles))]
    public void SolvesAtFullWidth(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        JsonObject model = golden.Json("model");
        foreach (string layout in (string[])[FlowFixture.DualTrack, "mixed"])
        {
            using var scope = NewDisposeScope();
            var codec = new Codec(golden, model, layout);
            using ParameterSet parameters = codec.Parameters;
            CheckCase(golden, codec, layout, golden.Config, fullWidth: true);
        }
        golden.Finish();
    }

    private static void CheckCase(CodecGolden golden, Codec codec, string name, JsonObject entry, bool fullWidth)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        EstimatorConfig config = codec.Flow.Config;
        string seed = (string)entry["seed"]!;
        long batch = (long?)entry["B"] ?? 1, frames = (long)entry["L"]!;
        long context = (long)(entry["incontext"] ?? entry["ctx"])!;
        double guidance = (double?)entry["cfg"] ?? 1.5;
        var streams = new List<Tensor>();
        for (int i = 0; i < config.Streams; i++)
        {
            string codeName = $"{seed}.codes{i}";
            Tensor codes = tensor(NameSeeded.Tokens(codeName, batch * frames, 0, codec.CodebookSize), [batch, 1, frames]);
            golden.Check($"{name}.codes{i}", codes);
            streams.Add(codec.Quantizers[i].FromCodes(codes));
        }
        golden.Check($"{name}.cond0_head", streams[0].transpose(1, 2).narrow(1, 0, 8));
        Tensor noise = GoldenInputs.UnitNoise(seed + ".noise", batch, frames, config.LatentWidth);
        Tensor given = (1.1 * GoldenInputs.UnitNoise(seed + ".true", batch, frames, config.LatentWidth)).transpose(1, 2);

        List<Tensor> times = [];
        void Observe(FlowStep step)
        {
            times.Add(full([step.Input.shape[0]], step.Time).MoveToOuterDisposeScope().MoveToOuterDisposeScope());
            if (step.Index == 0)
            {
                golden.Check(name + ".step0_input", step.Input);
                WindowTables tables = WindowTables.Create(config, AllButMissing(step.Input.shape[0], frames, entry));
                TimeConditions time = codec.Flow.Estimator.Time(tensor([step.Time]));
                golden.Check(name + ".step0_velocity_full", codec.Flow.Estimator.Forward(step.Input, time, tables));
            }
            if (step.Index == step.Count - 1)
                golden.Check(name + ".last_x", step.Input.narrow(2, config.Width - config.LatentWidth, config.LatentWidth));
        }
        var window = new FlowWindow(streams, noise, given, context, (long?)entry["latent_length"] ?? frames);
        Tensor latents = codec.Flow.Solve(
            window, new((int)entry["steps"]!, guidance), codec.Flow.Normalizer.Read(), Observe);
        golden.Check(name + ".latents", latents);
        golden.Check(name + ".times", stack(times));
    }

    private static Tensor AllButMissing(long rows, long frames, JsonObject entry)
    {
        Tensor valid = ones([rows, frames], @bool);
        long length = (long?)entry["latent_length"] ?? frames;
        valid.narrow(1, length, frames - length).fill_(false);
        return valid;
    }

    /// <summary>Flow decoder and quantisers of one layout.</summary>
    private sealed class Codec
    {
        public Codec(CodecGolden golden, JsonObject model, string layout)
        {
            var builder = new ParameterBuilder(new CodecSource(golden.WeightPrefix));
            CodecSizes sizes = FlowFixture.Sizes(model, layout);
            var tensors = new CodecTensors(sizes);
            Flow = new(builder, tensors.Flow!, sizes.Estimator);
            CodebookSize = sizes.CodebookSize;
            Quantizers = [.. tensors.Quantizers.Select(row => new ResidualVectorQuantizer(builder, row))];
            Parameters = builder.Build(layout);
        }

        public FlowMatchingDecoder Flow { get; }

        public int CodebookSize { get; }

        public ResidualVectorQuantizer[] Quantizers { get; }

        public ParameterSet Parameters { get; }
    }
}
