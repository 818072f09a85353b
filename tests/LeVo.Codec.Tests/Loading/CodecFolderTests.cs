using LeVo.Codec.Decoding;
using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Loading;

/// <summary>Tensors are counted on the test's own thread: other tests don't disturb.</summary>
public sealed class CodecFolderTests
{
    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    [Fact]
    public void DecodingLeavesNoTensorsBehind()
    {
        using var files = new TinyCodec();
        using CodecFolder folder = CodecFolder.Open(files.Folder(), CPU);
        SoundDecoder decoder = Decoder(folder, withPrompt: true);
        using var noise = new SeededNoise(1);
        var prompt = new SoundPrompt([new float[2 * TinyCodec.Ratio], new float[2 * TinyCodec.Ratio]], [[1, 2], [3, 4]]);
        long before = LiveTensors;
        SoundDecoding decoding = decoder.Start([new int[60], new int[60]], folder.Defaults, noise, prompt);
        int blocks = 0;
        while (decoding.Next(cancellationToken: TestContext.Current.CancellationToken) is not null)
        {
            blocks++;
            Assert.Equal(before, LiveTensors);
        }
        Assert.Equal(4, blocks);
    }

    [Fact]
    public void ACancelledDecodeLeavesNoTensorsBehind()
    {
        using var files = new TinyCodec();
        using CodecFolder folder = CodecFolder.Open(files.Folder(), CPU);
        SoundDecoder decoder = Decoder(folder, withPrompt: false);
        using var noise = new SeededNoise(1);
        using var cancellation = new CancellationTokenSource();
        SoundDecoding decoding = decoder.Start([new int[60], new int[60]], folder.Defaults, noise);
        long before = LiveTensors;
        void CancelInTheMiddle(int units)
        {
            if (units == 2)
                cancellation.Cancel();
        }
        Assert.Throws<OperationCanceledException>(() => { decoding.Next(CancelInTheMiddle, cancellation.Token); });
        Assert.Equal(before, LiveTensors);
    }

    [Fact]
    public void PartsAreLoadedWhenTheyAreNeeded()
    {
        using var files = new TinyCodec(withEncoder: true);
        long before = LiveTensors;
        using (CodecFolder folder = CodecFolder.Open(files.Folder(), CPU))
        {
            Assert.Equal(before, LiveTensors);
            Decoder(folder, withPrompt: false);
            long synthesis = LiveTensors;
            Decoder(folder, withPrompt: false);
            Assert.Equal(synthesis, LiveTensors);
            Decoder(folder, withPrompt: true);
            long withPrompt = LiveTensors;
            Assert.NotNull(folder.DualTrack.MusicFm);
            long withTracks = LiveTensors;
            Assert.NotNull(folder.Mixed.MusicFm);
            Assert.True(before < synthesis && synthesis < withPrompt && withPrompt < withTracks && withTracks < LiveTensors);
        }
        Assert.Equal(before, LiveTensors);
    }

    [Fact]
    public void SizesComeFromTheShapes()
    {
        using var files = new TinyCodec(withEncoder: true);
        using CodecFolder folder = CodecFolder.Open(files.Folder(), CPU);
        CodecSizes sizes = folder.DualTrack.Sizes;
        Assert.Equal((20, 4), (sizes.CodebookSize, sizes.CodeWidth));
        Assert.Equal(new()
        {
            Blocks = 1,
            Heads = 2,
            InnerWidth = 24,
            Positions = 50,
            MaskWidth = 4,
            LatentWidth = 4,
            Streams = 2,
            ConditionWidth = 16
        }, sizes.Estimator);
        Assert.Equal(new() { Width = 16, FrontChannels = 4, Layers = 1, Heads = 2, FeedForward = 24 }, sizes.MusicFm);
    }

    private static SoundDecoder Decoder(CodecFolder folder, bool withPrompt) =>
        new(folder.DualTrack.Flow, folder.DualTrack.Quantizers, folder.Vae.Open(withEncoder: withPrompt));
}
