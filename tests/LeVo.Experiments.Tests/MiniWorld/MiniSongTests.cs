using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.Tests.MiniWorld;

public class MiniSongTests
{
    [Fact]
    public void Same_spec_gives_same_samples()
    {
        MiniSongSpec spec = MiniSongFactory.Create(5, heldOut: false);
        Assert.Equal(spec, MiniSongFactory.Create(5, heldOut: false));
        MiniSong first = MiniRenderer.Render(spec), second = MiniRenderer.Render(spec);
        for (int c = 0; c < 2; c++)
        {
            Assert.Equal(first.Vocal[c], second.Vocal[c]);
            Assert.Equal(first.Accompaniment[c], second.Accompaniment[c]);
        }
        Assert.NotEqual(first.Vocal[0], MiniRenderer.Render(spec with { Seed = spec.Seed + 1 }).Vocal[0]);
    }

    [Fact]
    public void Labels_lie_on_the_audio()
    {
        for (int seed = 0; seed < 8; seed++)
        {
            MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(seed, heldOut: true));
            Assert.Equal(song.Frames * MiniSong.SamplesPerFrame, song.Vocal[0].Length);
            Assert.Equal(0, song.Frames % song.Style.FramesPerSlot);
            for (int f = 0; f < song.Frames; f++)
            {
                // The last sound fades out in the first 5 ms of a rest.
                double energy = Energy(song.Vocal[0], f * 1920 + 240, 1920 - 240);
                bool closure = f % song.Style.FramesPerSlot == 0;
                if (song.Phone[f] == 0)
                    Assert.Equal(0, energy);
                else if (!closure)
                    Assert.True(energy > 1e-4, $"seed {seed}, frame {f}: {Phones.Names[song.Phone[f]]} {energy}");
            }
        }
    }

    [Fact]
    public void Songs_last_8_to_16_seconds_and_stay_below_the_ceiling()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(seed, heldOut: seed % 2 == 0));
            Assert.InRange(song.Frames / 25.0, 8, 16);
            Assert.All(song.Mix(), channel => Assert.True(channel.Max(Math.Abs) < 0.8f));
            Assert.True(song.Accompaniment.Max(c => c.Max(Math.Abs)) < 0.35f);
        }
    }

    [Fact]
    public void Held_out_songs_share_no_word_with_training_songs()
    {
        HashSet<string> training = Words(heldOut: false), heldOut = Words(heldOut: true);
        Assert.True(training.Count > 1500, $"only {training.Count} training words");
        Assert.True(heldOut.Count > 300, $"only {heldOut.Count} held-out words");
        Assert.Empty(training.Intersect(heldOut));
        Assert.DoesNotContain(training, MiniWords.IsHeldOut);
    }

    private static HashSet<string> Words(bool heldOut) =>
        [.. Enumerable.Range(0, 300).Select(seed => MiniSongFactory.Create(seed, heldOut).Lyrics)
            .SelectMany(lyrics => lyrics.Split([' ', '.', ';'], StringSplitOptions.RemoveEmptyEntries))
            .Where(word => !word.StartsWith('['))];

    private static double Energy(float[] samples, int start, int count)
    {
        double sum = 0;
        for (int i = start; i < start + count; i++)
            sum += samples[i] * samples[i];
        return sum / count;
    }
}
