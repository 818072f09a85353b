using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Flow;

public sealed class SolverTests
{
    private const int Frames = 10;

    private static readonly EstimatorConfig Small = FlowTests.Small;

    public SolverTests() => LeVoRuntime.EnsureTorch();

    public static TheoryData<string, int> Rows => new()
    {
        { "exact", 20 }, { "unguided", 10 }, { "until a half", 15 }, { "from a half", 15 }, { "every second", 15 },
        { "every third from 0.2", 13 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void RowsAreThoseThatAreEvaluated(string name, int rows)
    {
        FlowSettings settings = name switch
        {
            "exact" => new(),
            "unguided" => new(Guidance: 1),
            "until a half" => new() { GuidanceUntil = 0.5 },
            "from a half" => new() { GuidanceFrom = 0.5 },
            "every second" => new() { GuidanceEvery = 2 },
            _ => new() { GuidanceEvery = 3, GuidanceFrom = 0.2 },
        };
        long evaluated = 0;
        Solve(settings, beforeStep: step => evaluated += step.Input.shape[0]);
        Assert.Equal(rows, evaluated);
        Assert.Equal(rows, settings.Rows);
    }

    [Fact]
    public void WithoutGuidanceAtAnyTimeIsWithoutGuidance() =>
        Assert.Equal(Solve(new(Guidance: 1)), Solve(new() { GuidanceUntil = 0 }));

    [Fact]
    public void KeptGuidanceIsCloserThanNone()
    {
        float[] exact = Solve(new(40, 3)), kept = Solve(new(40, 3) { GuidanceEvery = 2 }), none = Solve(new(40, 1));
        Assert.InRange(Distance(exact, kept), 1e-7, Distance(exact, none) / 5);
    }

    [Fact]
    public void SecondOrderTakesThePreviousVelocityIntoAccount()
    {
        List<float[]> euler = Points(new(3)), second = Points(new(3) { SecondOrder = true });
        Assert.Equal(euler[1], second[1]);
        for (int i = 0; i < euler[0].Length; i++)
        {
            float before = euler[1][i] - euler[0][i], now = euler[2][i] - euler[1][i];
            Assert.Equal(euler[1][i] + 1.5f * now - 0.5f * before, second[2][i], 1e-5f);
        }
    }

    [Fact]
    public void AShorterWindowIsAFullOneWhoseEndIsAbsent()
    {
        float[] masked = Solve(new(4), length: 7), cut = Solve(new(4), frames: 7);
        for (int z = 0; z < Small.LatentWidth; z++)
            for (int t = 0; t < 7; t++)
                Assert.Equal(masked[z * Frames + t], cut[z * 7 + t], 1e-5f);
    }

    /// <summary>Latents of the frames that are generated, before each step.</summary>
    private static List<float[]> Points(FlowSettings settings)
    {
        List<float[]> points = [];
        Solve(settings, beforeStep: step => points.Add(
            [.. step.Input[0].narrow(0, 3, Frames - 3).narrow(1, Small.Width - 4, 4).contiguous().data<float>()]));
        return points;
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());

    /// <summary>Latents of the same codes and noise, of which a window may have the first frames alone.</summary>
    private static float[] Solve(
        FlowSettings settings, int frames = Frames, int length = Frames, Action<FlowStep>? beforeStep = null)
    {
        using var scope = NewDisposeScope();
        using var noise = new SeededNoise(5);
        var builder = new ParameterBuilder(new RandomTensorSource(7));
        var flow = new FlowMatchingDecoder(builder, new FlowTensors(new TensorListing().Root, Small), Small);
        using ParameterSet parameters = builder.Build("flow");
        Tensor[] streams = [First(noise.Normal([1, Frames, 8])), First(noise.Normal([1, Frames, 8]))];
        Tensor start = First(noise.Normal([1, Frames, 4])), given = noise.Normal([1, 4, Frames]).narrow(2, 0, frames);
        LatentStatistics statistics = LatentStatistics.FromMoments([0, 0.1f, 0, -0.1f], [1, 1, 2, 1]);
        return flow.Solve(new(streams, start, given, 3, Math.Min(length, frames)), settings, statistics, beforeStep)
            .data<float>().ToArray();

        Tensor First(Tensor all) => all.narrow(1, 0, frames);
    }
}
