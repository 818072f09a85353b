using LeVo.Codec.Model;
using LeVo.Codec.Planning;
using LeVo.Codec.Separation;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

/// <summary>The separator from its file to the stems, with random weights.</summary>
public sealed class StemSeparatorTests : IDisposable
{
    private readonly TinySeparator files = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    [Theory]
    [InlineData(1, 4_000, 5_000)]
    [InlineData(2, 8_000, 3_000)]
    [InlineData(3, 4_000, 1)]
    public async Task StemsAddUpToTheMix(int channels, int rate, int samples)
    {
        using StemSeparator separator = files.Open();
        Waveform mix = TinySeparator.Sound(channels, samples, rate);
        var reports = new Reports();
        StemPair stems = await separator.SeparateAsync(mix, null, reports, Ct);
        Assert.Equal((2, rate, samples), (stems.Vocal.ChannelCount, stems.Vocal.SampleRate, stems.Vocal.Length));
        Assert.Equal((2, rate, samples),
            (stems.Accompaniment.ChannelCount, stems.Accompaniment.SampleRate, stems.Accompaniment.Length));
        for (int c = 0; c < 2; c++)
        {
            float[] all = mix.ToStereo().Channels[c];
            for (int i = 0; i < samples; i++)
                Assert.Equal(all[i], stems.Vocal.Channels[c][i] + stems.Accompaniment.Channels[c][i], 1e-5f);
        }
        Assert.Equal(1, reports.Values[^1]);
        Assert.Equal(reports.Values.Order(), reports.Values);
    }

    [Fact]
    public void ANamedModelHasItsOwnSeparator()
    {
        var services = new ServiceCollection();
        services.AddLeVo("one", options => options.ModelPath = files.Folder)
            .AddStemSeparator(options => options.Path = "tiny.th");
        services.AddLeVo("two", options => options.ModelPath = files.Folder)
            .AddStemSeparator(options => options.Path = "none.th");
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Empty(provider.GetRequiredKeyedService<IStemSeparator>("one").Check());
        Assert.Contains("none.th",
            Assert.Single(provider.GetRequiredKeyedService<IStemSeparator>("two").Check()).Message);
        Assert.Null(provider.GetService<IStemSeparator>());
    }

    [Fact]
    public async Task SeedRateAndDurationAreObeyed()
    {
        using StemSeparator separator = files.Open();
        Waveform mix = TinySeparator.Sound(2, 12_000, 4_000);
        float[] Left(StemPair stems) => stems.Vocal.Channels[0];
        float[] whole = Left(await separator.SeparateAsync(mix, new() { Seed = 3 }, null, Ct));
        Assert.Equal(whole, Left(await separator.SeparateAsync(mix, new() { Seed = 3 }, null, Ct)));
        Assert.NotEqual(whole, Left(await separator.SeparateAsync(mix, new() { Seed = 4 }, null, Ct)));
        StemPair higher = await separator.SeparateAsync(mix, new() { Seed = 3, SampleRate = 6_000 }, null, Ct);
        Assert.Equal((18_000, 6_000), (higher.Vocal.Length, higher.Vocal.SampleRate));
        // The beginning is that of the whole: neither stem reaches the peak rule here.
        var reports = new Reports();
        StemPair beginning = await separator.SeparateAsync(
            mix, new() { Seed = 3, Duration = TimeSpan.FromSeconds(0.5) }, reports, Ct);
        Assert.Equal(2_000, beginning.Vocal.Length);
        Assert.True(whole.Max(Math.Abs) < 0.99f);
        Assert.Equal(whole[..2_000], Left(beginning));
        Assert.True(reports.Values.Count <= 2, $"{reports.Values.Count} segments for a beginning");
    }

    [Fact]
    public async Task WhatCantBeSeparatedIsSaidBeforeWork()
    {
        using StemSeparator separator = files.Open();
        Waveform mix = TinySeparator.Sound(2, 100, 4_000);
        Assert.Empty(separator.Check());
        Assert.Equal(["separator", "separator"],
            separator.Check(new() { SampleRate = 0, Duration = TimeSpan.Zero }).Select(finding => finding.Code));
        await Assert.ThrowsAsync<ArgumentException>(() => separator.SeparateAsync(mix, new() { SampleRate = 0 }, null, Ct));
        await Assert.ThrowsAsync<ArgumentException>(
            () => separator.SeparateAsync(Waveform.Silence(2, 0, 4_000), null, null, Ct));
        await Assert.ThrowsAsync<ArgumentException>(
            () => separator.SeparateAsync(new([[0, float.NaN, 1]], 4_000), null, null, Ct));
    }

    [Fact]
    public async Task AMissingFileIsNamedWithItsPlaces()
    {
        using var separator = new StemSeparator(() => [files.Folder, Path.Combine(files.Folder, "up")]);
        SongFinding finding = Assert.Single(separator.Check());
        ModelLoadException e = await Assert.ThrowsAsync<ModelLoadException>(
            () => separator.SeparateAsync(TinySeparator.Sound(2, 100, 4_000), null, null, Ct));
        Assert.Equal(e.Message, finding.Message);
        Assert.Contains(Path.Combine(files.Folder, "third_party", "demucs", "ckpt", "htdemucs.pth"), e.Message);
        Assert.Contains(Path.Combine(files.Folder, "up", "htdemucs.pth"), e.Message);
    }

    [Fact]
    public async Task CancellationStopsWithinASegment()
    {
        using StemSeparator separator = files.Open();
        using var cancellation = new CancellationTokenSource();
        var reports = new Reports { OnReport = _ => cancellation.Cancel() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => separator.SeparateAsync(
            TinySeparator.Sound(2, 40_000, 4_000), null, reports, cancellation.Token));
        Assert.Single(reports.Values);
    }

    [Fact]
    public void NothingIsLeftAndNothingGrows()
    {
        using var model = new DemucsFixture(TinySeparator.Config);
        long before = LiveTensors;
        long Peak(int samples)
        {
            long most = 0;
            float[][] mix = TinySeparator.Sound(2, samples, 4_000).Channels;
            StemSeparator.Vocal(model.Network, CPU, mix, samples, 7, (_, _) => most = Math.Max(most, LiveTensors), Ct);
            Assert.Equal(before, LiveTensors);
            return most;
        }
        Assert.Equal(Peak(3_000), Peak(60_000));
        using var cancelled = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => StemSeparator.Vocal(model.Network, CPU,
            TinySeparator.Sound(2, 9_000, 4_000).Channels, 9_000, 7, (_, _) => cancelled.Cancel(), cancelled.Token));
        Assert.Equal(before, LiveTensors);
    }

    [Fact]
    public void SegmentsJoinWithoutSeams()
    {
        // Where the network gives the same for every segment, the weights must cancel out, whatever the shift.
        using var model = new DemucsFixture(TinySeparator.Config);
        (int segment, int samples) = (model.Sizes.SegmentSamples, 9_001);
        float[][] mix = TinySeparator.Sound(2, samples, 4_000).Channels;
        var plan = new SeparationPlan(samples, segment, 2_000, 1_234);
        var separator = new TrackSeparator(model.Network, CPU);
        float[][] joined = separator.Separate(mix, TrackLevel.Unchanged, [plan], new() { Source = 3 }, null, Ct);
        float[] weights = SeparationPlan.Weights(segment);
        double[] sum = new double[samples], counted = new double[samples];
        foreach (SegmentWindow window in plan.Windows)
        {
            var cut = new float[2 * segment];
            for (int c = 0; c < 2; c++)
                for (int i = 0; i < segment; i++)
                    if (window.First - 2_000 + i is >= 0 and var at && at < samples)
                        cut[c * segment + i] = mix[c][at];
            using var scope = NewDisposeScope();
            float[] stem = model.Network.Forward(tensor(cut, [2, segment]), 3, Ct).contiguous().data<float>().ToArray();
            for (int i = 0; i < window.Length; i++)
            {
                long at = window.Start - 2_000 + i;
                if (at is < 0 || at >= samples)
                    continue;
                sum[at] += (double)weights[i] * stem[window.Lead + i];
                counted[at] += weights[i];
            }
        }
        for (int i = 0; i < samples; i++)
            Assert.Equal(sum[i] / counted[i], joined[0][i], 1e-5);
    }

    public void Dispose() => files.Dispose();

    private sealed class Reports : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public Action<double>? OnReport { get; init; }

        public void Report(double value)
        {
            Values.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
