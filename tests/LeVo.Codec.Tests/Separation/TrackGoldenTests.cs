using System.Text.Json.Nodes;
using LeVo.Codec.Planning;
using LeVo.Codec.Separation;
using LeVo.Core.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

/// <summary>Whole recordings: segments, shifts, level, and the way of an audio prompt.</summary>
[Trait("Category", "Golden")]
public sealed class TrackGoldenTests
{
    public static TheoryData<string> Tracks => CodecGolden.Files("06_apply");

    public static TheoryData<string> Prompts => CodecGolden.Files("07_prompt");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Tracks))]
    public void SegmentsAreJoined(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var model = new DemucsFixture(golden);
        using var scope = NewDisposeScope();
        int segment = model.Sizes.SegmentSamples;
        Assert.Equal((int)golden.Config["segment_length"]!, segment);
        golden.Check("weight", tensor(SeparationPlan.Weights(segment)));
        foreach ((int i, JsonNode? entry) in golden.Config["cases"]!.AsArray().Index())
        {
            int samples = (int)entry!["length"]!;
            float[][] mix = GoldenInputs.Wave($"{golden.Config["wave"]}.{i}", samples, 2, 0.7, 480);
            SeparationPlan[] plans = Plans(model, samples, entry["offsets"]!.AsArray(), (double)entry["overlap"]!);
            golden.Check($"{i}.plan", PlanRows(plans));
            Check($"{i}.out", mix, TrackLevel.Unchanged, plans, (double)entry["power"]!);
        }
        JsonNode track = golden.Config["track"]!;
        int length = (int)track["length"]!;
        float dc = (float)track["dc"]!;
        float[][] raw = [.. GoldenInputs.Wave($"{golden.Config["wave"]}.raw", length, 2, (double)track["scale"]!, 480)
            .Select(channel => channel.Select(sample => sample + dc).ToArray())];
        TrackLevel level = TrackLevel.Measure(raw);
        golden.Check("track.ref", tensor(new[] { level.Mean, level.Deviation }));
        Check("track.out", raw, level, Plans(model, length, track["offsets"]!.AsArray()), 1);
        golden.Finish();

        void Check(string name, float[][] mix, TrackLevel level, SeparationPlan[] plans, double power)
        {
            int sources = model.Sizes.Sources.Count;
            float[][] stems = new TrackSeparator(model.Network, CPU).Separate(mix, level, plans, new() { Power = power }, null, Ct);
            golden.Check(name, Tensor(stems).view(sources, 2, mix[0].Length));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Prompts))]
    public void APromptBecomesStems(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var model = new DemucsFixture(golden);
        using var scope = NewDisposeScope();
        const int rate = 48_000;
        float[][] mix = GoldenInputs.Wave(
            (string)golden.Config["wave"]!, (int)golden.Config["samples"]!, 2, (double)golden.Config["scale"]!, 480);
        float[][] sound = StereoSound.From(new(mix, rate), model.Sizes.SampleRate);
        golden.Check("mix44", Tensor(sound));
        float[][] vocal = StemSeparator.Vocal(
            model.Network, CPU, sound, sound[0].Length, (int)golden.Config["offset"]!, null, Ct);
        golden.Check("vocal44", Tensor(vocal));
        Assert.Equal((double)golden.Config["peak"]!, vocal.Max(channel => channel.Max(Math.Abs)), 1e-4);
        golden.Check("vocal44_rescaled_head", Tensor(PeakRule.Guard(vocal)).narrow(1, 0, 2000));
        StemPair stems = StemSeparator.Join(mix, vocal, model.Sizes.SampleRate, rate);
        golden.Check("vocal48", Tensor(stems.Vocal.Channels));
        golden.Check("accompaniment48", Tensor(stems.Accompaniment.Channels));
        golden.Finish();
    }

    private static SeparationPlan[] Plans(
        DemucsFixture model, int samples, JsonArray shifts, double overlap = SeparationPlan.DefaultOverlap)
    {
        (int segment, int margin) = (model.Sizes.SegmentSamples, model.Sizes.SampleRate / 2);
        return shifts.Count == 0
            ? [new(samples, segment, margin, null, overlap)]
            : [.. shifts.Select(shift => new SeparationPlan(samples, segment, margin, (int)shift!, overlap))];
    }

    /// <summary>Offset, length, target, zeros left and right of every window; with shifts the margins come first.</summary>
    private static Tensor PlanRows(SeparationPlan[] plans)
    {
        List<long> rows = [];
        SeparationPlan first = plans[0];
        if (first.Margin > 0)
            rows.AddRange([0, first.Samples, first.Samples + 2 * first.Margin, first.Margin, first.Margin]);
        foreach (SeparationPlan plan in plans)
        {
            foreach (SegmentWindow window in plan.Windows)
            {
                (int left, int right) = plan.Outside(window);
                rows.AddRange([window.Start, window.Length, plan.Segment, left, right]);
            }
        }
        return tensor(rows.ToArray(), [rows.Count / 5, 5]);
    }

    private static Tensor Tensor(float[][] channels) =>
        tensor([.. channels.SelectMany(channel => channel)], [channels.Length, channels[0].Length]);
}
