#ifndef CCHAFA_H
#define CCHAFA_H

// Pictures as terminal text through chafa.

typedef enum { GenChafaBlocks = 0, GenChafaSixel = 1, GenChafaKitty = 2 } GenChafaMode;

// What the terminal behind the environment variables can show.
GenChafaMode gen_chafa_detect(void);

// Draws RGB rows (3 bytes a pixel) into at most `columns` x `rows` cells, keeping the aspect ratio;
// malloc'd text without a final line break, NULL when it cannot be done.
char *gen_chafa_draw(const unsigned char *rgb, int width, int height, int columns, int rows,
                     GenChafaMode mode, int colours);

#endif
