using LeVo.Core.Tests.Audio;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Core.Tests.Tokens;

public sealed class SongTokensTests
{
    [Fact]
    public void RowsAreCopiedAndCutTogether()
    {
        int[] mixed = [1, 2, 3];
        var tokens = SongTokens.FromRows(mixed, [4, 5, 6], [7, 8, 9], frameRate: 2);
        mixed[0] = 99;
        Assert.Equal(new TokenFrame(0, 1, 4, 7), tokens[0]);
        Assert.Equal(TimeSpan.FromSeconds(1.5), tokens.Duration);
        SongTokens end = tokens.Slice(1, 2);
        Assert.Equal(2, end.Frames);
        Assert.Equal([8, 9], end.Row(SongPart.Accompaniment).ToArray());
        Assert.Equal(2, end.FrameRate);
        Assert.Equal(tokens.Row(SongPart.Vocal).ToArray(), SongTokens.FromFrames([tokens[0], tokens[1], tokens[2]]).Row(SongPart.Vocal).ToArray());
    }

    [Fact]
    public void EqualCodesAreEqual()
    {
        var tokens = SongTokens.FromRows([1, 2], [3, 4], [5, 6]);
        Assert.Equal(tokens, SongTokens.FromRows([1, 2], [3, 4], [5, 6]));
        Assert.Equal(tokens.GetHashCode(), SongTokens.FromRows([1, 2], [3, 4], [5, 6]).GetHashCode());
        Assert.NotEqual(tokens, SongTokens.FromRows([1, 2], [3, 4], [5, 7]));
        Assert.NotEqual(tokens, SongTokens.FromRows([1, 2], [3, 4], [5, 6], 50));
        Assert.False(tokens.Equals(null));
    }

    [Fact]
    public void TokensComeBackFromTheirFile()
    {
        using var folder = new TemporaryFolder();
        var tokens = SongTokens.FromRows([1, 16_383], [0, 5], [7, 8], 50);
        tokens.Save(folder["a.safetensors"]);
        SongTokens read = SongTokens.Load(folder["a.safetensors"]);
        Assert.Equal(50, read.FrameRate);
        Assert.Equal([tokens[0], tokens[1]], [read[0], read[1]]);
        SongTokens.FromRows([], [], []).Save(folder["a.safetensors"]);
        Assert.Equal(0, SongTokens.Load(folder["a.safetensors"]).Frames);

        var forward = new MemoryStream();
        tokens.Save(new ForwardStream(forward));
        Assert.Equal(tokens, SongTokens.Load(new ForwardStream(new(forward.ToArray()))));
        forward.Position = 0;
        Assert.Equal(tokens, SongTokens.Load(forward));
        Assert.Throws<InvalidDataException>(() => SongTokens.Load(new MemoryStream(forward.ToArray()[..^1])));
        Assert.Throws<InvalidDataException>(() => SongTokens.Load(new MemoryStream("PK 1234567890123456789012"u8.ToArray())));
        var seekable = new MemoryStream();
        seekable.Write("before"u8);
        tokens.Save(seekable);
        seekable.Position = 6;
        Assert.Equal(tokens, SongTokens.Load(seekable));

        string other = Path.Combine(Golden.Carried, "lelm", "sampler.safetensors");
        Assert.Throws<InvalidDataException>(() => SongTokens.Load(other));
    }

    [Fact]
    public void WhatIsNoSongIsRefused()
    {
        Assert.Throws<ArgumentException>(() => SongTokens.FromRows([1], [1], []));
        Assert.Throws<ArgumentException>(() => SongTokens.FromRows([1], [-1], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SongTokens.FromRows([], [], [], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SongTokens.FromRows([1], [1], [1]).Slice(1, 1));
    }
}
